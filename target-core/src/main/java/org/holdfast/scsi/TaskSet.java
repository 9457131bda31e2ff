package org.holdfast.scsi;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.holdfast.pr.Nexus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks of one logical unit, by I_T_L nexus, and the drains that wait for some of them.
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

  void enter(ItlNexus itl, ScsiTask task) {
    itl.enter(task);
  }

  /**
   * The task is done with: unlinks it, then tells the drains. What one of them goes on with is not
   * the task's business, nor the other drains': its failure is logged.
   */
  void leave(ItlNexus itl, ScsiTask task) {
    itl.leave(task);
    for (Drain drain : drains) {
      try {
        drain.left(task);
      } catch (RuntimeException e) {
        log.error("what waited for [{}] of {} to end has failed", task.cdb(), task.nexus(), e);
      }
    }
  }

  /**
   * Runs {@code done}, here or on the thread of the last task to leave, when every submitted task
   * that matches has left. Tasks still waiting for their Data-Out are not waited for: they will be
   * judged when they are submitted.
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
