package org.holdfast.scsi;

import org.holdfast.pr.ReservationChange;

/**
 * Where a logical unit writes down who changed its reservations, so that fencing can be explained.
 */
@FunctionalInterface
public interface ReservationJournal {
  /** Keeps nothing. */
  ReservationJournal NONE = (_, _) -> {};

  /**
   * An accepted change has been published.
   *
   * @param address where the sender's session comes from: {@code 192.0.2.7:49152}
   */
  void changed(ReservationChange change, String address);
}
