package org.holdfast.iscsi.session;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Memory for the Data-Out that a session has asked for. A command whose data does not fit waits its
 * turn; nobody overtakes.
 */
final class DataOutBudget {
  private final long limit;
  private long used;
  private final Deque<Request> waiting = new ArrayDeque<>();

  private record Request(Object owner, long bytes, Runnable granted) {}

  /** A budget of {@code limit} bytes. */
  DataOutBudget(long limit) {
    this.limit = limit;
  }

  /** Whether a command of this size can ever be served. */
  boolean fits(long bytes) {
    return bytes <= limit;
  }

  /** Runs {@code granted} once the bytes are set aside: now, or from a later {@link #release}. */
  void reserve(Object owner, long bytes, Runnable granted) {
    waiting.add(new Request(owner, bytes, granted));
    grant();
  }

  /** The owner needs no memory any more; it has none. */
  void withdraw(Object owner) {
    waiting.removeIf(request -> request.owner().equals(owner));
    grant();
  }

  /** Nobody who waits gets memory any more. */
  void close() {
    waiting.clear();
  }

  void release(long bytes) {
    used -= bytes;
    if (used < 0) {
      throw new IllegalStateException("more Data-Out memory given back than taken");
    }
    grant();
  }

  private void grant() {
    Request next = waiting.peek();
    while (next != null && next.bytes() <= limit - used) {
      waiting.remove();
      used += next.bytes();
      next.granted().run();
      next = waiting.peek();
    }
  }
}
