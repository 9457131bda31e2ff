package org.holdfast.scsi;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task that the {@link TaskGate} knows: one that waits, or one that others have to wait for.
 *
 * <p>Two grades of readiness: a task is <i>enabled</i> once nothing older keeps it from running
 * (SAM-5 clause 8.7); only an enabled task can ask for a range, and an enabled task never waits for
 * one that is not. That is why waiting cannot go round in a circle.
 *
 * <p>Owned by the gate: every field is guarded by its monitor.
 */
abstract sealed class GateEntry {
  final ScsiTask task;

  /** Position among the entries: a smaller one is older. */
  long turn;

  /** Others wait for this one, and it waits for nothing any more. */
  boolean granted;

  /** Goes on with the task when it has been let through; null until the task is submitted. */
  @Nullable Runnable onward;

  GateEntry(ScsiTask task, long turn) {
    this.task = task;
    this.turn = turn;
  }

  /** Whether {@code waiter}, not enabled yet, has to wait for this. */
  abstract boolean holdsBack(Waiter waiter);

  /** Submitted and not let through: {@link #onward} is still to be run. */
  boolean waits() {
    return onward != null && !granted;
  }

  private static boolean touches(ScsiTask task, long lba, long blocks) {
    CommandSpec spec = task.spec();
    return spec != null && spec.touches().overlaps(task.cdb(), lba, blocks);
  }

  /**
   * A task that waits until it is enabled and that nobody waits for. An inner command is enabled
   * with the command that it is a part of, and waits for ranges only.
   */
  static final class Waiter extends GateEntry {
    Waiter(ScsiTask task, long turn, Runnable onward) {
      super(task, turn);
      this.onward = onward;
    }

    @Override
    boolean holdsBack(Waiter waiter) {
      return false;
    }
  }

  /** An enabled task that wants a range to itself. */
  static final class Range extends GateEntry {
    private final long lba;
    private final long blocks;

    Range(ScsiTask task, long turn, long lba, long blocks, Runnable onward) {
      super(task, turn);
      this.lba = lba;
      this.blocks = blocks;
      this.onward = onward;
    }

    boolean touchedBy(ScsiTask other) {
      return other != task && touches(other, lba, blocks);
    }

    boolean overlaps(Range other) {
      return lba < other.lba + other.blocks && other.lba < lba + blocks;
    }

    @Override
    boolean holdsBack(Waiter waiter) {
      return (granted || turn < waiter.turn) && touchedBy(waiter.task);
    }
  }

  /**
   * A task with the ORDERED attribute. It comes twice: at {@link ScsiTarget#prepare} among the
   * tasks of its own nexus, and among everybody's when its own data is there and that of its
   * elders, the tasks that its nexus sent before it and that have not ended.
   */
  static final class Ordered extends GateEntry {
    final Set<ScsiTask> elders;
    boolean arrived;

    Ordered(ScsiTask task, long turn, Set<ScsiTask> elders) {
      super(task, turn);
      this.elders = elders;
    }

    /** Aborted before its data came: it will never touch anything. */
    private boolean dead() {
      return onward == null && task.aborted();
    }

    /** Drops the elders of which the same can be said. */
    void forgetTheDead() {
      elders.removeIf(elder -> elder.aborted() && elder.awaitsData());
    }

    @Override
    boolean holdsBack(Waiter waiter) {
      if (dead() || waiter.task.inner()) {
        return false;
      }
      return waiter.task.nexus() == task.nexus()
          ? !elders.contains(waiter.task)
          : granted || (arrived && turn < waiter.turn);
    }
  }

  /** A task with the HEAD OF QUEUE attribute, from its submit to its end. */
  static final class Head extends GateEntry {
    Head(ScsiTask task, long turn, Runnable onward) {
      super(task, turn);
      this.onward = onward;
    }

    @Override
    boolean holdsBack(Waiter waiter) {
      return !waiter.task.inner();
    }
  }
}
