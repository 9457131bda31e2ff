package org.holdfast.pr;

/** How a PERSISTENT RESERVE OUT command ends. */
public sealed interface PrResult {
  Good GOOD = new Good();
  ReservationConflict RESERVATION_CONFLICT = new ReservationConflict();

  record Good() implements PrResult {}

  record ReservationConflict() implements PrResult {}

  record CheckCondition(PrFault fault) implements PrResult {}
}
