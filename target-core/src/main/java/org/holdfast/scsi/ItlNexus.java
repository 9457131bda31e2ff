package org.holdfast.scsi;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An I_T_L nexus (SAM-5 clause 4.7): what one logical unit keeps for one live I_T nexus, which is
 * its pending unit attentions and its tasks.
 *
 * <p>Tasks are an intrusive list, so that entering and leaving allocates nothing. Thread: any; the
 * list and the verdict "aborted or not" are guarded by this object's monitor.
 */
final class ItlNexus {
  private final ItNexus nexus;
  private final UnitAttentions unitAttentions = new UnitAttentions();
  private final ConcurrentHashMap<Class<?>, Object> kept = new ConcurrentHashMap<>();
  private @Nullable ScsiTask first;

  ItlNexus(ItNexus nexus) {
    this.nexus = nexus;
  }

  ItNexus nexus() {
    return nexus;
  }

  UnitAttentions unitAttentions() {
    return unitAttentions;
  }

  /** What commands of one kind keep for this I_T_L nexus; gone when the nexus is. */
  <T> T kept(Class<T> type, Supplier<T> first) {
    return type.cast(kept.computeIfAbsent(type, _ -> first.get()));
  }

  synchronized void enter(ScsiTask task) {
    task.next = first;
    if (first != null) {
      first.previous = task;
    }
    first = task;
  }

  synchronized void leave(ScsiTask task) {
    if (task.previous != null) {
      task.previous.next = task.next;
    } else if (first == task) {
      first = task.next;
    } else {
      return; // Left already: nothing is linked to it.
    }
    if (task.next != null) {
      task.next.previous = task.previous;
    }
    task.previous = null;
    task.next = null;
  }

  /** Those in the list now. */
  synchronized Set<ScsiTask> tasks() {
    Set<ScsiTask> all = Collections.newSetFromMap(new IdentityHashMap<>());
    for (ScsiTask task = first; task != null; task = task.next) {
      all.add(task);
    }
    return all;
  }

  /**
   * Under the monitor, so that a drain collects the task before this and is told to forget it, or
   * does not collect it.
   */
  synchronized void park(ScsiTask task) {
    task.parked();
  }

  synchronized boolean anyInFlight(Predicate<ScsiTask> which) {
    for (ScsiTask task = first; task != null; task = task.next) {
      if (task.inFlight() && which.test(task)) {
        return true;
      }
    }
    return false;
  }

  /** The live task with the initiator's task tag; null when there is none. */
  synchronized @Nullable ScsiTask find(long tag) {
    for (ScsiTask task = first; task != null; task = task.next) {
      if (task.tag() == tag && !task.inner() && !task.ended()) {
        return task;
      }
    }
    return null;
  }

  synchronized boolean busy() {
    return first != null;
  }

  /**
   * Marks the tasks that match; those that have ended already are left alone.
   *
   * @return how many it has marked
   */
  synchronized int abort(Predicate<ScsiTask> which) {
    int marked = 0;
    for (ScsiTask task = first; task != null; task = task.next) {
      if (!task.ended() && !task.aborted() && which.test(task)) {
        task.abort();
        marked++;
      }
    }
    return marked;
  }

  /**
   * Decides how {@code task} ends. Under the monitor, so that an abort either comes before and is
   * honoured, or comes after and finds the task ended.
   */
  synchronized void decide(ScsiTask task, Outcome how) {
    task.decided(task.aborted() ? Outcome.ABORTED : how);
  }

  /**
   * Adds the tasks in flight that match to {@code drain}. Under the monitor: a task that is added
   * is still linked, so its leaving comes later and reaches the drain.
   */
  synchronized void collect(Predicate<ScsiTask> which, Drain drain) {
    for (ScsiTask task = first; task != null; task = task.next) {
      if (task.inFlight() && which.test(task)) {
        drain.add(task);
      }
    }
  }
}
