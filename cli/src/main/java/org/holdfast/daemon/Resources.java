package org.holdfast.daemon;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has been opened, to be closed in the opposite order. Thread: the owner's, one at a time. */
final class Resources implements AutoCloseable {
  /** Closes something; tells trouble by an unchecked exception. */
  @FunctionalInterface
  interface Closer {
    void close();
  }

  private final Deque<Closer> open = new ArrayDeque<>();

  void add(Closer closer) {
    open.push(closer);
  }

  /**
   * Closes everything, also when something fails on the way; the first failure is thrown in the end
   * and carries the others. Nothing is open afterwards.
   */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
