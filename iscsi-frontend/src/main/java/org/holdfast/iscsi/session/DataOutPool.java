package org.holdfast.iscsi.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A bound on memory that all sessions of the daemon share. It counts bytes; the memory itself is
 * the caller's affair. Who does not get any may wait; nobody overtakes.
 *
 * <p>Thread-safe; claims are answered without the lock held.
 */
final class DataOutPool {
  private final long limit;

  // Guarded by this.
  private final Deque<Claim> waiting = new ArrayDeque<>();
  private long used;

  /** Bytes that somebody waits for. Made for one wait. */
  interface Claim {
    long bytes();

    /** The bytes are set aside for this claim. Called once, on the thread of who gave some back. */
    void granted();
  }

  /** A pool of {@code limit} bytes. */
  DataOutPool(long limit) {
    this.limit = limit;
  }

  /** Whether this many bytes can ever be had. */
  boolean fits(long bytes) {
    return bytes <= limit;
  }

  /** Takes bytes now; false when there are none, or others wait for theirs. */
  synchronized boolean tryTake(long bytes) {
    if (!waiting.isEmpty() || bytes > limit - used) {
      return false;
    }
    used += bytes;
    return true;
  }

  /** Takes bytes now, or lets the claim wait; true when they were taken. */
  synchronized boolean takeOrWait(Claim claim) {
    if (tryTake(claim.bytes())) {
      return true;
    }
    waiting.add(claim);
    return false;
  }

  /** Ends a wait; false when the claim has been granted already. */
  boolean withdraw(Claim claim) {
    List<Claim> granted;
    synchronized (this) {
      if (!waiting.remove(claim)) {
        return false;
      }
      // Those behind it may be content with less.
      granted = grant();
    }
    granted.forEach(Claim::granted);
    return true;
  }

  /** Gives back what was taken or granted. */
  void giveBack(long bytes) {
    List<Claim> granted;
    synchronized (this) {
      used -= bytes;
      if (used < 0) {
        throw new IllegalStateException("more Data-Out memory given back than taken");
      }
      granted = grant();
    }
    granted.forEach(Claim::granted);
  }

  /** Bytes that are out. */
  synchronized long used() {
    return used;
  }

  private List<Claim> grant() {
    Claim next = waiting.peek();
    if (next == null || next.bytes() > limit - used) {
      return List.of();
    }
    List<Claim> granted = new ArrayList<>();
    while (next != null && next.bytes() <= limit - used) {
      waiting.remove();
      used += next.bytes();
      granted.add(next);
      next = waiting.peek();
    }
    return granted;
  }
}
