package org.holdfast.pr;

import java.util.concurrent.CompletionStage;

/**
 * Where one logical unit's reservation state is kept. One instance belongs to one logical unit;
 * calls never overlap: the caller waits for a commit before it starts the next.
 */
public interface ReservationStore {
  /**
   * Reads the last committed state.
   *
   * @return completes with {@link ReservationState#EMPTY} only when nothing was ever committed, and
   *     exceptionally when what was committed cannot be read: that is never "no reservations"
   */
  CompletionStage<ReservationState> load();

  /**
   * Makes {@code state} the one that {@link #load} finds.
   *
   * @return completes with {@code state} once it is as durable as this store can make it, which
   *     must be before the command that caused it is answered with GOOD; exceptionally when that
   *     failed, and then the state committed before stands, unless the exception is {@link
   *     KeptStateUnknownException}. May complete on any thread.
   */
  CompletionStage<ReservationState> commit(ReservationState state);
}
