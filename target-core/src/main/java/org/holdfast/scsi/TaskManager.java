package org.holdfast.scsi;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Task management for one logical unit (SAM-5 clause 7). An abort marks tasks and waits for those
 * in flight; it never takes a buffer from under running I/O.
 */
final class TaskManager {
  private static final Logger log = LoggerFactory.getLogger(TaskManager.class);

  private final LogicalUnit unit;
  private final TaskSet tasks;

  TaskManager(LogicalUnit unit, TaskSet tasks) {
    this.unit = unit;
    this.tasks = tasks;
  }

  void manage(
      ItlNexus from,
      TaskManagementFunction function,
      long tag,
      Consumer<TaskManagementResponse> answer) {
    Runnable complete = () -> answer.accept(TaskManagementResponse.FUNCTION_COMPLETE);
    switch (function) {
      case ABORT_TASK -> abortTask(from.find(tag), answer);
      case ABORT_TASK_SET -> abort(task -> task.nexus() == from.nexus(), complete);
      case CLEAR_TASK_SET -> clearTaskSet(from, complete);
      case LOGICAL_UNIT_RESET -> reset(from, complete);
      case QUERY_TASK ->
          answer.accept(
              from.find(tag) == null
                  ? TaskManagementResponse.FUNCTION_COMPLETE
                  : TaskManagementResponse.FUNCTION_SUCCEEDED);
    }
  }

  private void abortTask(@Nullable ScsiTask task, Consumer<TaskManagementResponse> answer) {
    if (task == null) {
      answer.accept(TaskManagementResponse.TASK_DOES_NOT_EXIST);
      return;
    }
    tasks.abort(candidate -> candidate == task);
    // Not marked: it has ended since it was found, and the initiator gets its status.
    TaskManagementResponse response =
        task.aborted()
            ? TaskManagementResponse.FUNCTION_COMPLETE
            : TaskManagementResponse.TASK_DOES_NOT_EXIST;
    tasks.drain(candidate -> candidate == task, () -> answer.accept(response));
  }

  /** Marks what matches, then waits until none of it is in flight. */
  void abort(Predicate<ScsiTask> which, Runnable done) {
    tasks.abort(which);
    tasks.drain(which, done);
  }

  /** SAM-5 clause 7.5: everybody's tasks; the others are told by a unit attention. */
  private void clearTaskSet(ItlNexus from, Runnable done) {
    for (ItlNexus itl : tasks.all()) {
      if (itl != from && itl.busy()) {
        itl.unitAttentions().post(SenseCode.COMMANDS_CLEARED_BY_ANOTHER_INITIATOR);
      }
    }
    abort(_ -> true, done);
  }

  /**
   * SAM-5 clause 6.3.3: aborts all tasks and tells every nexus; persistent reservations stay as
   * they are (SPC-4 clause 5.13.5).
   */
  private void reset(ItlNexus from, Runnable done) {
    log.info("LOGICAL UNIT RESET of {} by {}", unit.identity().naa(), from.nexus());
    abort(
        _ -> true,
        () -> {
          unit.reset(from.nexus());
          tasks.postToAll(SenseCode.BUS_DEVICE_RESET_FUNCTION_OCCURRED);
          done.run();
        });
  }
}
