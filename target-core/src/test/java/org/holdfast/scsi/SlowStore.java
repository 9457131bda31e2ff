package org.holdfast.scsi;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.ReservationStore;

/** A store whose commits end when, and as, the test says. */
final class SlowStore implements ReservationStore {
  /** What has been made durable, oldest first. */
  final List<ReservationState> kept = new ArrayList<>();

  private final ArrayDeque<Pending> pending = new ArrayDeque<>();

  private record Pending(ReservationState state, CompletableFuture<ReservationState> end) {}

  @Override
  public CompletionStage<ReservationState> load() {
    return CompletableFuture.completedStage(kept.isEmpty() ? ReservationState.EMPTY : last());
  }

  @Override
  public CompletionStage<ReservationState> commit(ReservationState state) {
    if (!pending.isEmpty()) {
      throw new AssertionError("commits overlap");
    }
    CompletableFuture<ReservationState> end = new CompletableFuture<>();
    pending.add(new Pending(state, end));
    return end;
  }

  ReservationState last() {
    return kept.getLast();
  }

  int pending() {
    return pending.size();
  }

  /** The commit under way is durable now. */
  void succeed() {
    Pending now = pending.remove();
    kept.add(now.state);
    now.end.complete(now.state);
  }

  /** The commit under way has failed. */
  void fail() {
    fail(new IOException("No space left on device"));
  }

  /** The commit under way has failed so; as a store on another thread says it, wrapped. */
  void fail(Exception how) {
    pending.remove().end.completeExceptionally(new CompletionException(how));
  }
}
