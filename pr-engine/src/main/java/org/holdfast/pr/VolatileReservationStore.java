package org.holdfast.pr;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Keeps the state in memory, for logical units that do not persist reservations through power loss.
 * Completes at once, on the caller's thread.
 */
public final class VolatileReservationStore implements ReservationStore {
  private volatile ReservationState committed = ReservationState.EMPTY;

  @Override
  public CompletionStage<ReservationState> load() {
    return CompletableFuture.completedStage(committed);
  }

  @Override
  public CompletionStage<ReservationState> commit(ReservationState state) {
    committed = state;
    return CompletableFuture.completedStage(state);
  }
}
