package org.holdfast.iscsi.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A counter that one event loop owns and anybody may look at: what is seen is never torn and never
 * goes back, and may be a little late. Counting costs what adding to a field costs.
 */
final class LoopCounter {
  private final AtomicLong value = new AtomicLong();

  /** The owner's thread. */
  void add(long more) {
    value.setOpaque(value.getPlain() + more);
  }

  /** Any thread. */
  long sum() {
    return value.getOpaque();
  }
}
