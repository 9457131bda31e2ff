package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.scsi.TaskManagementFunction.ABORT_TASK;
import static org.holdfast.scsi.TaskManagementFunction.ABORT_TASK_SET;
import static org.holdfast.scsi.TaskManagementFunction.CLEAR_TASK_SET;
import static org.holdfast.scsi.TaskManagementFunction.LOGICAL_UNIT_RESET;
import static org.holdfast.scsi.TaskManagementFunction.QUERY_TASK;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.holdfast.pr.ReservationType;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TaskManagementTest {
  private static final byte[] BLOCK = new byte[EngineFixture.BLOCK];

  private final HeldDevice device = new HeldDevice();
  private final EngineFixture fixture = new EngineFixture(device);
  @AutoClose private final ExecutorService devices = Executors.newSingleThreadExecutor();
  private final ItNexus a = fixture.login("a");
  private final ItNexus b = fixture.login("b");

  private CompletableFuture<TaskManagementResponse> manage(
      ItNexus from, TaskManagementFunction function, int lun, long tag) {
    CompletableFuture<TaskManagementResponse> answer = new CompletableFuture<>();
    fixture.engine.manage(from, function, LunMap.encode(lun), tag, answer::complete);
    return answer;
  }

  private ScsiTask submittedWrite(ItNexus from, CompletableFuture<Outcome> ended) {
    ScsiTask task = fixture.task(from, EngineFixture.writeCdb(1), BLOCK, ended);
    fixture.engine.submit(task);
    return task;
  }

  @Test
  void abortTaskIsAnsweredWhenTheTaskTouchesNoDataAnyMore() {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    ScsiTask task = submittedWrite(a, ended);
    CompletableFuture<TaskManagementResponse> answer = manage(a, ABORT_TASK, 0, task.tag());

    assertThat(answer).isNotDone();
    device.release();
    assertThat(ended).isCompletedWithValue(Outcome.ABORTED);
    assertThat(answer).isCompletedWithValue(TaskManagementResponse.FUNCTION_COMPLETE);
  }

  /** An initiator that gets a status and FUNCTION COMPLETE cannot know which of them to believe. */
  @Test
  void abortTaskOfATaskThatEndsInTheSameMomentSaysWhichCameFirst() throws Exception {
    for (int round = 0; round < 20_000; round++) {
      CompletableFuture<Outcome> ended = new CompletableFuture<>();
      ScsiTask task = submittedWrite(a, ended);
      CyclicBarrier together = new CyclicBarrier(2);
      Future<?> device =
          devices.submit(
              () -> {
                together.await();
                this.device.release();
                return null;
              });
      together.await();
      TaskManagementResponse answer = manage(a, ABORT_TASK, 0, task.tag()).join();
      device.get();
      assertThat(answer)
          .as("round %d, the task ended with %s", round, ended.join())
          .isEqualTo(
              ended.join().equals(Outcome.ABORTED)
                  ? TaskManagementResponse.FUNCTION_COMPLETE
                  : TaskManagementResponse.TASK_DOES_NOT_EXIST);
    }
  }

  @Test
  void aTaskOfAnotherNexusIsNotFound() {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    ScsiTask task = submittedWrite(a, ended);
    assertThat(manage(b, ABORT_TASK, 0, task.tag()))
        .isCompletedWithValue(TaskManagementResponse.TASK_DOES_NOT_EXIST);
    device.release();
    assertThat(ended).isCompletedWithValue(Outcome.GOOD);
  }

  @Test
  void aTaskThatAwaitsItsDataIsMarkedAndEndsAsAbortedWhenSubmitted() {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    ScsiTask task = fixture.task(a, EngineFixture.writeCdb(1), BLOCK, ended);
    assertThat(manage(a, ABORT_TASK, 0, task.tag()))
        .isCompletedWithValue(TaskManagementResponse.FUNCTION_COMPLETE);
    fixture.engine.submit(task);
    assertThat(ended).isCompletedWithValue(Outcome.ABORTED);
    assertThat(device.held()).isZero();
  }

  @Test
  void abortTaskSetLeavesOtherNexusesAlone() {
    CompletableFuture<Outcome> mine = new CompletableFuture<>();
    CompletableFuture<Outcome> theirs = new CompletableFuture<>();
    submittedWrite(a, mine);
    submittedWrite(b, theirs);
    CompletableFuture<TaskManagementResponse> answer = manage(a, ABORT_TASK_SET, 0, 0);
    device.release();
    assertThat(mine).isCompletedWithValue(Outcome.ABORTED);
    assertThat(theirs).isCompletedWithValue(Outcome.GOOD);
    assertThat(answer).isCompletedWithValue(TaskManagementResponse.FUNCTION_COMPLETE);
    assertThat(fixture.unit.takeUnitAttention(b)).isNull();
  }

  @Test
  void clearTaskSetAbortsEverybodysTasksAndTellsThem() {
    CompletableFuture<Outcome> theirs = new CompletableFuture<>();
    submittedWrite(b, theirs);
    CompletableFuture<TaskManagementResponse> answer = manage(a, CLEAR_TASK_SET, 0, 0);
    device.release();
    assertThat(answer).isCompletedWithValue(TaskManagementResponse.FUNCTION_COMPLETE);
    assertThat(theirs).isCompletedWithValue(Outcome.ABORTED);
    assertThat(fixture.unit.takeUnitAttention(b))
        .isEqualTo(
            Sense.of(SenseKey.UNIT_ATTENTION, SenseCode.COMMANDS_CLEARED_BY_ANOTHER_INITIATOR));
    assertThat(fixture.unit.takeUnitAttention(a)).isNull();
  }

  @Test
  void logicalUnitResetAbortsTellsAllAndKeepsReservations() {
    ReservationType type = ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;
    fixture.reserveOutIsGood(a, EngineFixture.REGISTER_AND_IGNORE, type, 0, 0xA);
    fixture.reserveOutIsGood(a, EngineFixture.RESERVE, type, 0xA, 0);
    CompletableFuture<Outcome> mine = new CompletableFuture<>();
    submittedWrite(a, mine);
    CompletableFuture<TaskManagementResponse> answer = manage(b, LOGICAL_UNIT_RESET, 0, 0);

    assertThat(answer).isNotDone();
    device.release();
    assertThat(answer).isCompletedWithValue(TaskManagementResponse.FUNCTION_COMPLETE);
    assertThat(mine).isCompletedWithValue(Outcome.ABORTED);
    Sense reset = Sense.of(SenseKey.UNIT_ATTENTION, SenseCode.BUS_DEVICE_RESET_FUNCTION_OCCURRED);
    assertThat(fixture.unit.takeUnitAttention(a)).isEqualTo(reset);
    assertThat(fixture.unit.takeUnitAttention(b)).isEqualTo(reset);
    assertThat(fixture.unit.reservations().isHolder(a.identity())).isTrue();
  }

  @Test
  void queryTaskTellsWhetherItIsThere() {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    ScsiTask task = submittedWrite(a, ended);
    assertThat(manage(a, QUERY_TASK, 0, task.tag()))
        .isCompletedWithValue(TaskManagementResponse.FUNCTION_SUCCEEDED);
    device.release();
    assertThat(manage(a, QUERY_TASK, 0, task.tag()))
        .isCompletedWithValue(TaskManagementResponse.FUNCTION_COMPLETE);
  }

  @Test
  void anUnmappedLunHasNothingToManage() {
    assertThat(manage(a, LOGICAL_UNIT_RESET, 7, 0))
        .isCompletedWithValue(TaskManagementResponse.INCORRECT_LOGICAL_UNIT_NUMBER);
  }

  @Test
  void detachWaitsForWhatIsInFlightAndForgetsTheNexus() {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    submittedWrite(a, ended);
    CompletableFuture<Void> gone = new CompletableFuture<>();
    fixture.engine.detach(a, () -> gone.complete(null));

    assertThat(gone).as("the write may still land").isNotDone();
    device.release();
    assertThat(ended).isCompletedWithValue(Outcome.ABORTED);
    assertThat(gone).isDone();
    assertThat(fixture.unit.taskSet().find(a.identity())).isNull();
  }
}
