package org.holdfast.scsi;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Waits, without a thread, until a set of tasks has left its task set.
 *
 * <p>Collecting and leaving overlap: the drain is made known to the task set first, then it
 * collects, then it is sealed. A task that is collected is still linked at that moment, and it
 * tells the known drains after it has been unlinked, so none is missed. Thread: any.
 */
final class Drain {
  private final Set<ScsiTask> waiting = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Consumer<Drain> done;
  private boolean sealed;
  private boolean fired;

  Drain(Consumer<Drain> done) {
    this.done = done;
  }

  synchronized void add(ScsiTask task) {
    waiting.add(task);
  }

  void left(ScsiTask task) {
    forget(task);
    fireWhenEmpty();
  }

  /** As {@link #left}, for a caller that must not run what follows. */
  synchronized void forget(ScsiTask task) {
    waiting.remove(task);
  }

  void seal() {
    synchronized (this) {
      sealed = true;
    }
    fireWhenEmpty();
  }

  void fireWhenEmpty() {
    synchronized (this) {
      if (!sealed || fired || !waiting.isEmpty()) {
        return;
      }
      fired = true;
    }
    done.accept(this);
  }
}
