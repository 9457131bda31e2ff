package org.holdfast.scsi;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The last reservation changes of one logical unit, in memory, and passes each on to the journal
 * that outlives the daemon. Thread: any.
 */
public final class RecentReservationEvents implements ReservationJournal {
  /** So many are remembered. */
  public static final int MOST = 256;

  private final ReservationJournal next;
  private final InstantSource clock;

  /** The oldest first. Guarded by itself. */
  private final ArrayDeque<Dated> events = new ArrayDeque<>();

  /**
   * @param next told of every event, too
   */
  public RecentReservationEvents(ReservationJournal next, InstantSource clock) {
    this.next = next;
    this.clock = clock;
  }

  /** An event and when it was. */
  public record Dated(Instant at, ReservationEvent event) {}

  @Override
  public void changed(ReservationEvent event) {
    Dated dated = new Dated(clock.instant(), event);
    synchronized (events) {
      if (events.size() == MOST) {
        events.removeFirst();
      }
      events.addLast(dated);
    }
    next.changed(event);
  }

  /** The oldest first. */
  public List<Dated> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }
}
