package org.holdfast.scsi;

/**
 * Where a logical unit writes down who changed its reservations, so that fencing can be explained.
 */
@FunctionalInterface
public interface ReservationJournal {
  /** Keeps nothing. */
  ReservationJournal NONE = _ -> {};

  /** A change has been published. Called in the order of the changes; must not block. */
  void changed(ReservationEvent event);
}
