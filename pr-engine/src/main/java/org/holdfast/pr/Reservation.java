package org.holdfast.pr;

import org.jspecify.annotations.Nullable;

/**
 * An established persistent reservation of the whole logical unit (scope LU_SCOPE, the only one).
 *
 * @param type its type
 * @param holder the I_T nexus that holds it; null exactly for the all registrants types, which
 *     every registrant holds alike, whoever established them (SPC-4 clause 5.13.10)
 */
public record Reservation(ReservationType type, @Nullable Nexus holder) {
  public Reservation {
    if ((holder == null) != type.isHeldByAllRegistrants()) {
      throw new IllegalArgumentException("a single holder goes with types 1 to 6 only: " + type);
    }
  }

  /** The reservation that {@code nexus} establishes. */
  static Reservation establishedBy(Nexus nexus, ReservationType type) {
    return new Reservation(type, type.isHeldByAllRegistrants() ? null : nexus);
  }
}
