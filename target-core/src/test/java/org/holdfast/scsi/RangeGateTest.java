package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.scsi.TaskAttribute.SIMPLE;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.holdfast.pr.ReservationType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A command that has a range to itself, and the others that have to wait for it. */
class RangeGateTest {
  private static final ReservationType TYPE = ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;
  private static final long KEY_A = 0xA;
  private static final long KEY_B = 0xB;

  private final GateFixture.StepDevice device = new GateFixture.StepDevice();
  private final GateFixture gate = new GateFixture(device);
  private final List<ScsiTask> alone = new ArrayList<>();

  /** The bodies run until the test ends them. */
  private void holdBodies() {
    gate.alone = (_, task) -> alone.add(task);
  }

  private void bothRegisteredAndReservedByA() {
    gate.on.reserveOutIsGood(gate.a, EngineFixture.REGISTER_AND_IGNORE, TYPE, 0, KEY_A);
    gate.on.reserveOutIsGood(gate.b, EngineFixture.REGISTER_AND_IGNORE, TYPE, 0, KEY_B);
    gate.on.reserveOutIsGood(gate.a, EngineFixture.RESERVE, TYPE, KEY_A, 0);
  }

  @Test
  void othersOnTheRangeWaitForTheBodyAndTheNextBodyForThem() {
    holdBodies();
    CompletableFuture<Outcome> exclusive = gate.exclusive(gate.a, 5);
    CompletableFuture<Outcome> first = gate.write(gate.b, SIMPLE, 5);
    CompletableFuture<Outcome> second = gate.exclusive(gate.a, 5);

    assertThat(alone).hasSize(1);
    assertThat(device.begun()).isEmpty();

    alone.getFirst().end(Outcome.GOOD);
    assertThat(exclusive).isCompletedWithValue(Outcome.GOOD);
    assertThat(device.begun()).as("the write that came first").containsExactly(5);
    assertThat(alone).as("the second waits for that write").hasSize(1);

    CompletableFuture<Outcome> third = gate.write(gate.b, SIMPLE, 5);
    assertThat(device.begun()).as("came after the claim").containsExactly(5);
    device.land(5);
    assertThat(first).isCompletedWithValue(Outcome.GOOD);
    assertThat(alone).hasSize(2);
    assertThat(device.begun()).isEmpty();

    alone.getLast().end(Outcome.GOOD);
    device.land(5);
    assertThat(second).isCompletedWithValue(Outcome.GOOD);
    assertThat(third).isCompletedWithValue(Outcome.GOOD);
    gate.assertOpen();
  }

  @Test
  void aBodyWaitsForWhatIsInFlightOnItsRangeOnly() {
    holdBodies();
    CompletableFuture<?> _ = gate.write(gate.b, SIMPLE, 5);
    CompletableFuture<?> _ = gate.write(gate.b, SIMPLE, 6);
    CompletableFuture<?> _ = gate.exclusive(gate.a, 5);
    assertThat(alone).isEmpty();
    device.land(5);
    assertThat(alone).hasSize(1);
    device.land(6);
    alone.getFirst().end(Outcome.GOOD);
    gate.assertOpen();
  }

  @Test
  void aBodyThatNeverEndsKeepsOnlyItsRange() {
    holdBodies();
    CompletableFuture<?> _ = gate.exclusive(gate.a, 5);
    CompletableFuture<?> _ = gate.exclusive(gate.a, 5);
    CompletableFuture<Outcome> beside = gate.write(gate.a, SIMPLE, 4);
    CompletableFuture<Outcome> other = gate.write(gate.b, SIMPLE, 6);
    device.land(4);
    device.land(6);
    assertThat(beside).isCompletedWithValue(Outcome.GOOD);
    assertThat(other).isCompletedWithValue(Outcome.GOOD);
    CompletableFuture<?> _ = gate.exclusive(gate.b, 7);
    assertThat(alone).as("another range is granted beside it").hasSize(2);
  }

  @Test
  void whatWaitsDoesNotHoldUpThePreemptAndIsRefusedAfterIt() {
    holdBodies();
    bothRegisteredAndReservedByA();
    CompletableFuture<?> _ = gate.exclusive(gate.a, 5);
    CompletableFuture<Outcome> write = gate.write(gate.b, SIMPLE, 5);
    CompletableFuture<Outcome> exclusive = gate.exclusive(gate.b, 5);

    assertThat(gate.on.reserveOut(gate.a, EngineFixture.PREEMPT, TYPE, KEY_A, KEY_B))
        .isCompletedWithValue(Outcome.GOOD);
    gate.on.unit.takeUnitAttention(gate.b);
    assertThat(write).isNotDone();

    alone.getFirst().end(Outcome.GOOD);
    assertThat(write).isCompletedWithValue(Outcome.RESERVATION_CONFLICT);
    assertThat(exclusive).isCompletedWithValue(Outcome.RESERVATION_CONFLICT);
    assertThat(alone).hasSize(1);
    assertThat(device.begun()).isEmpty();
    gate.assertOpen();
  }

  /** Seen to fail without {@code Drain.forget} in {@code TaskSet.park}: never answered. */
  @Test
  void aTaskThatAPreemptHasCountedIsCountedNoMoreWhenItWaits() {
    holdBodies();
    bothRegisteredAndReservedByA();
    CompletableFuture<Outcome> _ = gate.exclusive(gate.a, 5);
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    ScsiTask write = gate.prepareWrite(gate.b, SIMPLE, 5, ended);
    write.submitted();
    CompletableFuture<Outcome> preempt =
        gate.on.reserveOut(gate.a, EngineFixture.PREEMPT, TYPE, KEY_A, KEY_B);
    assertThat(preempt).as("the write is about to be judged").isNotDone();

    TargetEngine.admit(write);
    assertThat(preempt).isCompletedWithValue(Outcome.GOOD);
    gate.on.unit.takeUnitAttention(gate.b);
    alone.getFirst().end(Outcome.GOOD);
    assertThat(ended).isCompletedWithValue(Outcome.RESERVATION_CONFLICT);
    assertThat(device.landed()).isEmpty();
    gate.assertOpen();
  }

  @Test
  void preemptAndAbortWaitsForABodyThatRuns() {
    holdBodies();
    bothRegisteredAndReservedByA();
    CompletableFuture<Outcome> exclusive = gate.exclusive(gate.b, 5);
    CompletableFuture<Outcome> preempt =
        gate.on.reserveOut(gate.a, EngineFixture.PREEMPT_AND_ABORT, TYPE, KEY_A, KEY_B);
    assertThat(preempt).isNotDone();
    alone.getFirst().end(Outcome.GOOD);
    assertThat(exclusive).isCompletedWithValue(Outcome.ABORTED);
    assertThat(preempt).isCompletedWithValue(Outcome.GOOD);
  }

  @Test
  void preemptAndAbortEndsWhatWaitsAtOnce() {
    holdBodies();
    bothRegisteredAndReservedByA();
    CompletableFuture<?> _ = gate.exclusive(gate.a, 5);
    CompletableFuture<Outcome> write = gate.write(gate.b, SIMPLE, 5);
    CompletableFuture<Outcome> claim = gate.exclusive(gate.b, 5);
    CompletableFuture<Outcome> behind = gate.write(gate.a, SIMPLE, 5);
    assertThat(gate.on.reserveOut(gate.a, EngineFixture.PREEMPT_AND_ABORT, TYPE, KEY_A, KEY_B))
        .isCompletedWithValue(Outcome.GOOD);
    assertThat(write).isCompletedWithValue(Outcome.ABORTED);
    assertThat(claim).isCompletedWithValue(Outcome.ABORTED);
    alone.getFirst().end(Outcome.GOOD);
    device.land(5);
    assertThat(behind).isCompletedWithValue(Outcome.GOOD);
    gate.assertOpen();
  }

  @ParameterizedTest
  @EnumSource(names = {"ABORT_TASK_SET", "CLEAR_TASK_SET", "LOGICAL_UNIT_RESET"})
  void taskManagementEndsWhatWaitsAndWaitsForTheBody(TaskManagementFunction function) {
    holdBodies();
    CompletableFuture<Outcome> running = gate.exclusive(gate.a, 5);
    CompletableFuture<Outcome> waiting = gate.write(gate.a, SIMPLE, 5);
    CompletableFuture<TaskManagementResponse> answer = gate.manage(gate.a, function, 0);
    assertThat(waiting).isCompletedWithValue(Outcome.ABORTED);
    assertThat(answer).isNotDone();
    alone.getFirst().end(Outcome.GOOD);
    assertThat(running).isCompletedWithValue(Outcome.ABORTED);
    assertThat(answer).isCompletedWithValue(TaskManagementResponse.FUNCTION_COMPLETE);
    assertThat(device.begun()).isEmpty();
    gate.assertOpen();
  }

  @Test
  void abortTaskOfOneThatWaitsNeedsNothingElseToEnd() {
    holdBodies();
    CompletableFuture<?> _ = gate.exclusive(gate.b, 5);
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    ScsiTask waiting = gate.prepareWrite(gate.a, SIMPLE, 5, ended);
    gate.on.engine.submit(waiting);
    assertThat(gate.manage(gate.a, TaskManagementFunction.ABORT_TASK, waiting.tag()))
        .isCompletedWithValue(TaskManagementResponse.FUNCTION_COMPLETE);
    assertThat(ended).isCompletedWithValue(Outcome.ABORTED);
  }

  @Test
  void aNexusWithTasksThatWaitCanGo() {
    holdBodies();
    CompletableFuture<?> _ = gate.exclusive(gate.b, 5);
    CompletableFuture<Outcome> write = gate.write(gate.a, SIMPLE, 5);
    CompletableFuture<Outcome> claim = gate.exclusive(gate.a, 5);
    CompletableFuture<Void> gone = new CompletableFuture<>();
    gate.on.engine.detach(gate.a, () -> gone.complete(null));
    assertThat(gone).isDone();
    assertThat(write).isCompletedWithValue(Outcome.ABORTED);
    assertThat(claim).isCompletedWithValue(Outcome.ABORTED);
  }

  @Test
  void aBodyThatBreaksGivesItsRangeBack() {
    gate.alone =
        (_, _) -> {
          throw new IllegalStateException("told to break by the test");
        };
    CompletableFuture<?> _ = gate.write(gate.b, SIMPLE, 5);
    CompletableFuture<Outcome> broken = gate.exclusive(gate.a, 5);
    device.land(5);
    assertThat(broken)
        .isCompletedWithValue(
            Outcome.check(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE)));
    assertThat(gate.on.unit.offlineReason()).contains("EXCLUSIVE(10)");
    gate.assertOpen();
  }

  @Test
  void aLongQueueDoesNotGrowTheStack() {
    holdBodies();
    CompletableFuture<?> _ = gate.exclusive(gate.a, 5);
    gate.alone = (_, task) -> task.end(Outcome.GOOD);
    List<CompletableFuture<Outcome>> queue = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      queue.add(gate.exclusive(i % 2 == 0 ? gate.a : gate.b, 5));
    }
    alone.getFirst().end(Outcome.GOOD);
    assertThat(queue).allMatch(ended -> ended.getNow(Outcome.ABORTED) instanceof Outcome.Good);
    gate.assertOpen();
  }
}
