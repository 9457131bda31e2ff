package org.holdfast.iscsi.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A counter that one event loop owns and anybody may look at: what is seen is never torn and never
 * goes back, and may be a little late. Counting costs what adding to a field costs.
 */
final class LoopCounter {
  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(LoopCounter.class, "value", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long value;

  /** The owner's thread. */
  void add(long more) {
    VALUE.setOpaque(this, value + more);
  }

  /** Any thread. */
  long sum() {
    return (long) VALUE.getOpaque(this);
  }
}
