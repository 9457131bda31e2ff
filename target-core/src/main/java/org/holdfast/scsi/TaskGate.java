package org.holdfast.scsi;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds tasks of one logical unit back until others have ended: task attributes (SAM-5 clause 8.9)
 * and commands that need a range to themselves, such as COMPARE AND WRITE (SBC-4 clause 5.4).
 *
 * <p>Without such commands it costs one volatile read at the start and one at the end of a task. It
 * is the fence's own pattern: a task becomes {@code SUBMITTED} (volatile write), then reads {@link
 * #busy}; who makes others wait sets {@code busy} first and looks at the stages afterwards. Either
 * the task sees that it has to ask here, or it is seen here and waited for. Likewise at the end: a
 * task is unlinked first, then reads {@code busy}.
 *
 * <p>A task that waits is {@code PARKED}. It touches nothing, and no drain waits for it, for the
 * same reason as for a task whose data has not arrived: when it goes on it becomes {@code
 * SUBMITTED} again and is judged by the reservations that hold then. So what waits here can never
 * hold up the fence, nor task management; and a task that is aborted while it waits is let through
 * at once, to end as aborted.
 *
 * <p>Who waits for whom:
 *
 * <ul>
 *   <li>A range is granted when no task in flight touches it and no older claim overlaps it.
 *       Younger tasks that touch it wait; all others go on, whatever the claimant's device does.
 *   <li>HEAD OF QUEUE waits for nothing but a range that was granted already. Tasks that are not
 *       enabled yet wait for it.
 *   <li>ORDERED waits for every older task, and every younger one waits for it. Within a nexus the
 *       order is that of arrival, whether the data of a command is there or not. Between nexuses a
 *       command counts as arrived when its data is there and, if it is ORDERED, that of its elders
 *       of the same nexus: an initiator that falls silent in the middle of a WRITE delays its own
 *       commands, never those of others, and so never the PREEMPT that fences it.
 * </ul>
 *
 * <p>Thread: any. The monitor is never held while a task runs; inside it the monitors of I_T_L
 * nexuses are taken, never the other way round. What is let through runs on the thread that let it
 * through, one after another, so that a long queue does not grow the stack.
 */
final class TaskGate {
  private static final Logger log = LoggerFactory.getLogger(TaskGate.class);

  private final TaskSet tasks;

  /** There are entries: tasks have to ask. */
  private volatile boolean busy;

  /** Every entry, oldest first. */
  private final List<GateEntry> entries = new ArrayList<>();

  /** Those among them that others wait for. */
  private final List<GateEntry> claims = new ArrayList<>();

  private final ArrayDeque<Runnable> letThrough = new ArrayDeque<>();
  private boolean proceeding;
  private long turns;

  TaskGate(TaskSet tasks) {
    this.tasks = tasks;
  }

  /** An ORDERED task enters its nexus's list: the others there are its elders from now on. */
  synchronized void enterOrdered(ItlNexus itl, ScsiTask task) {
    busy = true;
    GateEntry.Ordered ordered = new GateEntry.Ordered(task, ++turns, itl.tasks());
    ordered.forgetTheDead();
    add(ordered);
    itl.enter(task);
  }

  /** Nobody has to wait for anybody: {@code task}, which is SUBMITTED, is enabled. */
  boolean open(ScsiTask task) {
    assert task.inFlight() : "the gate is asked behind SUBMITTED, or it means nothing";
    return !busy && (task.attribute() == TaskAttribute.SIMPLE || task.inner());
  }

  /** Runs {@code onward}, here or later on another thread, when {@code task} is enabled. */
  void admit(ScsiTask task, Runnable onward) {
    boolean waits;
    synchronized (this) {
      GateEntry entry = entry(task, onward);
      arrivals(); // It may be the elder that others have waited for to come.
      waits = !task.aborted() && !mayGo(entry);
      entry.granted = !waits;
      if (waits || !(entry instanceof GateEntry.Waiter)) {
        keep(entry);
      }
      if (waits) {
        park(task);
      }
    }
    if (waits) {
      tasks.fireDrains();
      proceed();
    } else {
      onward.run();
    }
  }

  private GateEntry entry(ScsiTask task, Runnable onward) {
    if (task.inner()) {
      return new GateEntry.Waiter(task, ++turns, onward);
    }
    return switch (task.attribute()) {
      case HEAD_OF_QUEUE -> new GateEntry.Head(task, ++turns, onward);
      case ORDERED -> announced(task, onward);
      case SIMPLE, ACA -> new GateEntry.Waiter(task, turn(task), onward);
    };
  }

  /** The entry that {@link #enterOrdered} made; a refused command has none and just waits. */
  private GateEntry announced(ScsiTask task, Runnable onward) {
    for (GateEntry claim : claims) {
      if (claim.task == task) {
        claim.onward = onward;
        return claim;
      }
    }
    return new GateEntry.Waiter(task, turn(task), onward);
  }

  /**
   * The next turn, or that of an ORDERED task that waits for this one: nobody who waits for that
   * may come before this.
   */
  private long turn(ScsiTask task) {
    for (GateEntry claim : claims) {
      if (claim instanceof GateEntry.Ordered ordered
          && ordered.arrived
          && ordered.elders.contains(task)) {
        return ordered.turn;
      }
    }
    return ++turns;
  }

  /**
   * Runs {@code alone} at once when {@code task}, which is enabled, has the range to itself; {@code
   * afterWaiting} when it has had to wait for it.
   */
  void claim(ScsiTask task, long lba, long blocks, Runnable alone, Runnable afterWaiting) {
    boolean goes;
    synchronized (this) {
      busy = true;
      GateEntry claim = new GateEntry.Range(task, ++turns, lba, blocks, afterWaiting);
      goes = mayGo(claim);
      claim.granted = goes;
      add(claim);
      if (!goes) {
        park(task);
      }
    }
    if (goes) {
      alone.run();
    } else {
      tasks.fireDrains();
      proceed();
    }
  }

  /** A task has left its nexus's list, or others need not wait for it any longer. */
  void left(ScsiTask task) {
    if (!busy) {
      return;
    }
    synchronized (this) {
      claims.removeIf(claim -> claim.task == task);
      entries.removeIf(entry -> entry.task == task);
      for (GateEntry claim : claims) {
        if (claim instanceof GateEntry.Ordered ordered) {
          ordered.elders.remove(task);
        }
      }
      letThrough();
      busy = !entries.isEmpty();
    }
    proceed();
  }

  /** Tasks have been marked as aborted: those that wait here need wait no longer. */
  void aborted() {
    if (!busy) {
      return;
    }
    synchronized (this) {
      for (GateEntry claim : claims) {
        if (claim instanceof GateEntry.Ordered ordered) {
          ordered.forgetTheDead();
        }
      }
      letThrough();
      busy = !entries.isEmpty();
    }
    proceed();
  }

  // ---- Under the monitor.

  private void add(GateEntry entry) {
    entries.add(entry);
    if (!(entry instanceof GateEntry.Waiter)) {
      claims.add(entry);
    }
  }

  private void keep(GateEntry entry) {
    if (!entries.contains(entry)) {
      busy = true;
      add(entry);
    }
  }

  /** The tasks in flight are one fewer, which others may have waited for. */
  private void park(ScsiTask task) {
    tasks.park(task);
    letThrough();
  }

  private void letThrough() {
    arrivals();
    for (GateEntry entry : List.copyOf(entries)) {
      if (!entry.waits() || !(entry.task.aborted() || mayGo(entry))) {
        continue;
      }
      Runnable onward = entry.onward;
      if (entry.task.aborted() || entry instanceof GateEntry.Waiter) {
        entries.remove(entry);
        claims.remove(entry);
      } else {
        entry.granted = true;
      }
      if (onward != null) {
        entry.task.unparked();
        letThrough.add(onward);
      }
    }
  }

  /** ORDERED tasks whose elders all have their data take their place behind all who are there. */
  private void arrivals() {
    for (GateEntry claim : List.copyOf(claims)) {
      if (claim instanceof GateEntry.Ordered ordered
          && !ordered.arrived
          && ordered.onward != null
          && ordered.elders.stream().noneMatch(ScsiTask::awaitsData)) {
        ordered.turn = turn(ordered.task);
        ordered.arrived = true;
        entries.remove(ordered);
        claims.remove(ordered);
        add(ordered);
      }
    }
  }

  private boolean mayGo(GateEntry entry) {
    return switch (entry) {
      case GateEntry.Waiter waiter -> claims.stream().noneMatch(claim -> claim.holdsBack(waiter));
      case GateEntry.Range range ->
          claims.stream().noneMatch(claim -> holdsBack(claim, range))
              && !tasks.anyInFlight(range::touchedBy);
      case GateEntry.Ordered ordered ->
          ordered.arrived
              && ordered.elders.isEmpty()
              && claims.stream().noneMatch(claim -> holdsBack(claim, ordered))
              && !tasks.anyInFlight(task -> task != ordered.task && !task.isAside());
      case GateEntry.Head head ->
          claims.stream()
              .noneMatch(
                  claim ->
                      claim instanceof GateEntry.Range range
                          && range.granted
                          && range.touchedBy(head.task));
    };
  }

  private static boolean holdsBack(GateEntry claim, GateEntry.Range range) {
    return switch (claim) {
      case GateEntry.Range other ->
          other.task != range.task
              && (other.granted || other.turn < range.turn)
              && other.overlaps(range);
      // It waits for nothing but ranges that are granted, so no more of them before it.
      case GateEntry.Head head -> !head.granted && range.touchedBy(head.task);
      case GateEntry.Ordered _, GateEntry.Waiter _ -> false;
    };
  }

  /** Tasks that wait for a range are enabled, so they count as running. */
  private static boolean holdsBack(GateEntry claim, GateEntry.Ordered ordered) {
    if (claim.task == ordered.task) {
      return false;
    }
    return !(claim instanceof GateEntry.Ordered other)
        || other.granted
        || (other.arrived && other.turn < ordered.turn);
  }

  // ---- Outside the monitor.

  /** Runs what was let through, unless another thread, or a caller of this one, is at it. */
  private void proceed() {
    boolean first = true;
    while (true) {
      Runnable next;
      synchronized (this) {
        if (first && proceeding) {
          return;
        }
        first = false;
        next = letThrough.poll();
        proceeding = next != null;
      }
      if (next == null) {
        return;
      }
      try {
        next.run();
      } catch (RuntimeException e) {
        log.error("a task that had waited failed; the next one is not kept waiting for it", e);
      } catch (Error e) {
        synchronized (this) {
          proceeding = false;
        }
        throw e;
      }
    }
  }
}
