package org.holdfast.scsi;

import org.holdfast.pr.PrCapabilities;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.ReservationStore;
import org.holdfast.pr.VolatileReservationStore;

/**
 * What a logical unit's reservation table stands on.
 *
 * @param initial the table as the store had it when the unit was made
 * @param store where changes go before they are answered, when they are to survive a power loss
 * @param capabilities what the table can do with that store
 * @param journal told of every change
 */
public record ReservationBackend(
    ReservationState initial,
    ReservationStore store,
    PrCapabilities capabilities,
    ReservationJournal journal) {

  /** Reservations that are lost with the process: APTPL is refused. */
  public static ReservationBackend lostWithTheProcess() {
    return new ReservationBackend(
        ReservationState.EMPTY,
        new VolatileReservationStore(),
        PrCapabilities.volatileOnly(),
        ReservationJournal.NONE);
  }
}
