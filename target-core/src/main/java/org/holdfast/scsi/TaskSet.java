package org.holdfast.scsi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.holdfast.pr.Nexus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks of one logical unit, by I_T_L nexus, the drains that wait for some of them, and the
 * gate where some wait for others. All nexuses share it (TST = 000b, SPC-4 clause 7.5.7).
 *
 * <p>The order that the fence rests on: a task is linked by {@link #enter}, becomes {@code
 * SUBMITTED} (volatile write), and only then is the reservation state read (volatile read). Who
 * changes the state writes it first and reads the stages afterwards, in {@link #drain}. Volatile
 * accesses are sequentially consistent: either the task sees the new state and is refused, or the
 * drain sees the task and waits for it.
 *
 * <p>Thread: any. Entries cost one monitor per I_T_L nexus; nexuses do not contend with each other.
 */
final class TaskSet {
  private static final Logger log = LoggerFactory.getLogger(TaskSet.class);

  private final ConcurrentHashMap<Nexus, ItlNexus> nexuses = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<Drain> drains = new CopyOnWriteArrayList<>();
  private final TaskGate gate = new TaskGate(this);

  /** A nexus begins to use the unit. Idempotent for one live nexus. */
  ItlNexus open(ItNexus nexus) {
    return nexuses.computeIfAbsent(nexus.identity(), _ -> new ItlNexus(nexus));
  }

  /** The nexus is gone; its unit attentions go with it. */
  void close(ItNexus nexus) {
    nexuses.computeIfPresent(nexus.identity(), (_, itl) -> itl.nexus() == nexus ? null : itl);
  }

  @Nullable ItlNexus find(Nexus nexus) {
    return nexuses.get(nexus);
  }

  List<ItlNexus> all() {
    return new ArrayList<>(nexuses.values());
  }

  /** Who has to wait for whom. */
  TaskGate gate() {
    return gate;
  }

  void enter(ItlNexus itl, ScsiTask task) {
    if (task.attribute() == TaskAttribute.ORDERED && task.spec() != null) {
      gate.enterOrdered(itl, task);
    } else {
      itl.enter(task);
    }
  }

  /**
   * The task is done with: unlinks it, then tells the drains and the gate. What one of the drains
   * goes on with is not the task's business, nor the other drains': its failure is logged.
   */
  void leave(ItlNexus itl, ScsiTask task) {
    itl.leave(task);
    for (Drain drain : drains) {
      tell(() -> drain.left(task));
    }
    gate.left(task);
  }

  /**
   * Marks every task that matches as aborted. Those that wait at the gate end here and now; those
   * in flight end when their I/O has, which {@link #drain} waits for.
   *
   * @return how many were marked now, by nexus; only nexuses that had any
   */
  Map<Nexus, Integer> abort(Predicate<ScsiTask> which) {
    Map<Nexus, Integer> marked = new HashMap<>();
    for (ItlNexus itl : nexuses.values()) {
      int number = itl.abort(which);
      if (number > 0) {
        marked.put(itl.nexus().identity(), number);
      }
    }
    gate.aborted();
    return marked;
  }

  /**
   * The gate: a submitted task waits from now on, and no drain waits for it. Called under the
   * gate's monitor, so that it cannot be in flight again, and be waited for again, before the
   * drains have forgotten it; {@link #fireDrains} has to follow outside.
   */
  void park(ScsiTask task) {
    ItlNexus itl = task.itl();
    if (itl == null) {
      throw new IllegalStateException("a task without a nexus does not wait");
    }
    itl.park(task);
    drains.forEach(drain -> drain.forget(task));
  }

  /**
   * The gate: nobody waits for {@code task} any more, although it stays in flight. Its unit refuses
   * other commands as long as it runs, so they must not be kept from being refused.
   */
  void stepAside(ScsiTask task) {
    task.stepsAside();
    gate.left(task);
  }

  /** Ends the drains that have nothing left to wait for. */
  void fireDrains() {
    for (Drain drain : drains) {
      tell(drain::fireWhenEmpty);
    }
  }

  private static void tell(Runnable drain) {
    try {
      drain.run();
    } catch (RuntimeException e) {
      log.error("what waited for commands to end has failed", e);
    }
  }

  boolean anyInFlight(Predicate<ScsiTask> which) {
    for (ItlNexus itl : nexuses.values()) {
      if (itl.anyInFlight(which)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Runs {@code done}, here or on the thread of the last task to leave, when every submitted task
   * that matches has left. Tasks still waiting for their Data-Out, and those that wait at the gate,
   * are not waited for: they will be judged when they are submitted, or go on.
   */
  void drain(Predicate<ScsiTask> which, Runnable done) {
    Drain drain =
        new Drain(
            self -> {
              drains.remove(self);
              done.run();
            });
    drains.add(drain);
    nexuses.values().forEach(itl -> itl.collect(which, drain));
    drain.seal();
  }

  void post(Nexus nexus, SenseCode condition) {
    ItlNexus itl = nexuses.get(nexus);
    if (itl != null) {
      itl.unitAttentions().post(condition);
    }
  }

  void postToAll(SenseCode condition) {
    nexuses.values().forEach(itl -> itl.unitAttentions().post(condition));
  }

  void postToOthers(ItNexus sender, SenseCode condition) {
    for (ItlNexus itl : nexuses.values()) {
      if (itl.nexus() != sender) {
        itl.unitAttentions().post(condition);
      }
    }
  }
}
