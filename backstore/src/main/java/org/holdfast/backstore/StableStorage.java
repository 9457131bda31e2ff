package org.holdfast.backstore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes completed writes stable: one call of the operating system serves everybody who asked before
 * it began (group commit).
 *
 * <p>Who asks while nobody is at it does it, for himself and for all who come meanwhile; those go
 * away and are told. So a call serves as many writes as are in flight, however few threads carry
 * them out.
 *
 * <p>Calls are one at a time on purpose. Linux reports a lost page to one fsync per open file; were
 * two running, one could fail and the other, whose data is gone, succeed. For the same reason a
 * failure is final: the kernel has marked the lost pages clean, so a second fsync would succeed
 * without having written them. Only opening the device again, after a look at the disk, clears it.
 */
final class StableStorage {
  private static final Logger log = LoggerFactory.getLogger(StableStorage.class);

  /** Who wants to know when its writes are stable. */
  @FunctionalInterface
  interface Waiter {
    /**
     * They are, or cannot be made so. Everybody whom one call served is told of it first; then what
     * they return is run.
     *
     * @param failure why they are not: {@link LostWritesException}, or for one of all who wait what
     *     the call itself said; null when they are stable
     */
    Runnable ended(@Nullable IOException failure);
  }

  private final FileIo io;
  private final ReentrantLock lock = new ReentrantLock();

  /** Whom the next call will serve. Guarded by {@link #lock}. */
  private List<Waiter> waiting = new ArrayList<>();

  /** Somebody is at it, and will serve {@link #waiting}, too. Guarded by {@link #lock}. */
  private boolean busy;

  /** Set once, by whoever is at it. */
  private volatile @Nullable IOException failure;

  StableStorage(FileIo io) {
    this.io = io;
  }

  /**
   * Tells {@code waiter} when every write that had returned before this call is stable: on this
   * thread, which may serve others first, or on another that is at it already.
   */
  void whenStable(Waiter waiter) {
    lock.lock();
    try {
      waiting.add(waiter);
      if (busy) {
        return;
      }
      busy = true;
    } finally {
      lock.unlock();
    }
    boolean more = true;
    while (more) {
      List<Runnable> rest = serve(take());
      // Before what follows runs: it may ask for a sync itself, as a close does.
      more = !leave();
      rest.forEach(StableStorage::run);
    }
  }

  private List<Waiter> take() {
    lock.lock();
    try {
      List<Waiter> taken = waiting;
      waiting = new ArrayList<>();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** False when somebody waits, and this thread has to serve him. */
  private boolean leave() {
    lock.lock();
    try {
      busy = !waiting.isEmpty();
      return !busy;
    } finally {
      lock.unlock();
    }
  }

  private List<Runnable> serve(List<Waiter> served) {
    IOException outcome = force();
    List<Runnable> rest = new ArrayList<>(served.size());
    for (Waiter waiter : served) {
      rest.add(told(waiter, outcome));
      IOException lost = failure;
      outcome = lost == null ? null : new LostWritesException(lost);
    }
    return rest;
  }

  /** A defect of one of them must not keep the others, and all who come later, waiting for ever. */
  private static Runnable told(Waiter waiter, @Nullable IOException outcome) {
    try {
      return waiter.ended(outcome);
    } catch (RuntimeException | Error e) {
      log.error("one who waited for a sync failed when it was told of its end", e);
      return () -> {};
    }
  }

  private static void run(Runnable rest) {
    try {
      rest.run();
    } catch (RuntimeException | Error e) {
      // A defect of one of them. The others, and those who wait, must be told all the same.
      log.error("what was to follow a sync failed", e);
    }
  }

  private @Nullable IOException force() {
    IOException earlier = failure;
    if (earlier != null) {
      return new LostWritesException(earlier);
    }
    try {
      io.force();
      return null;
    } catch (IOException e) {
      failure = e;
      return e;
    } catch (RuntimeException | Error e) {
      // Nobody can say what has been written; whoever waits must not wait for ever.
      IOException unknown = new IOException("unexpected " + e, e);
      failure = unknown;
      return unknown;
    }
  }

  /**
   * Returns when every write that had returned before this call is stable.
   *
   * @throws LostWritesException when an earlier call failed
   * @throws IOException this call is the one that failed
   */
  void sync() throws IOException {
    CompletableFuture<Optional<IOException>> ended = new CompletableFuture<>();
    whenStable(
        outcome -> {
          ended.complete(Optional.ofNullable(outcome));
          return () -> {};
        });
    Optional<IOException> outcome = ended.join();
    if (outcome.isPresent()) {
      throw outcome.get();
    }
  }

  /** How many wait for the next call. */
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** True once a sync has failed. */
  boolean failed() {
    return failure != null;
  }

  /** Nothing on this device can be promised to be stable any more. */
  static final class LostWritesException extends IOException {
    private static final long serialVersionUID = 1L;

    LostWritesException(IOException cause) {
      super(
          "an earlier fsync failed (%s): writes may be lost and none can be made stable until the"
                  .formatted(IoFaults.words(cause))
              + " device is opened again; check the disk first",
          cause);
    }
  }
}
