package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.scsi.TaskAttribute.ACA;
import static org.holdfast.scsi.TaskAttribute.HEAD_OF_QUEUE;
import static org.holdfast.scsi.TaskAttribute.ORDERED;
import static org.holdfast.scsi.TaskAttribute.SIMPLE;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.holdfast.pr.ReservationType;
import org.junit.jupiter.api.Test;

/** SAM-5 clause 8.9. Blocks stand for tasks: the device holds each write until it is told. */
class TaskAttributeTest {
  private final GateFixture.StepDevice device = new GateFixture.StepDevice();
  private final GateFixture gate = new GateFixture(device);

  private void assertAllGood(List<CompletableFuture<Outcome>> ended) {
    assertThat(ended).allMatch(one -> one.getNow(Outcome.ABORTED) instanceof Outcome.Good);
    gate.assertOpen();
  }

  @Test
  void orderedRunsAfterAllOlderTasksAndBeforeAllYounger() {
    List<CompletableFuture<Outcome>> all = new ArrayList<>();
    all.add(gate.write(gate.a, SIMPLE, 1));
    all.add(gate.write(gate.b, SIMPLE, 2));
    all.add(gate.write(gate.a, ORDERED, 3));
    all.add(gate.write(gate.a, SIMPLE, 4));
    all.add(gate.write(gate.b, SIMPLE, 5));

    device.land(1);
    assertThat(device.begun()).as("the other nexus's older task is running").containsExactly(2);
    device.land(2);
    assertThat(device.begun()).containsExactly(3);
    device.land(3);
    assertThat(device.begun()).containsExactlyInAnyOrder(4, 5);
    device.land(4);
    device.land(5);
    assertAllGood(all);
  }

  @Test
  void orderedTasksRunOneByOne() {
    List<CompletableFuture<Outcome>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(gate.write(i % 3 == 0 ? gate.b : gate.a, ORDERED, i));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(device.begun()).containsExactly(i);
      device.land(i);
    }
    assertAllGood(all);
  }

  @Test
  void headOfQueuePassesOrderedAndWhatWaitsForIt() {
    List<CompletableFuture<Outcome>> all = new ArrayList<>();
    all.add(gate.write(gate.a, SIMPLE, 1));
    all.add(gate.write(gate.a, ORDERED, 2));
    all.add(gate.write(gate.a, SIMPLE, 3));
    all.add(gate.write(gate.b, HEAD_OF_QUEUE, 4));
    assertThat(device.begun()).containsExactly(1, 4);
    device.land(1);
    assertThat(device.begun()).as("ORDERED waits for HEAD OF QUEUE, too").containsExactly(4);
    device.land(4);
    assertThat(device.begun()).containsExactly(2);
    all.add(gate.write(gate.a, HEAD_OF_QUEUE, 5));
    assertThat(device.begun()).containsExactly(2, 5);
    device.land(2);
    assertThat(device.begun()).as("SIMPLE waits for HEAD OF QUEUE").containsExactly(5);
    device.land(5);
    device.land(3);
    assertAllGood(all);
  }

  @Test
  void headOfQueueGoesBeforeClaimsThatAreNotGranted() {
    List<ScsiTask> alone = new ArrayList<>();
    gate.alone = (_, task) -> alone.add(task);
    CompletableFuture<?> _ = gate.exclusive(gate.a, 5);
    CompletableFuture<?> _ = gate.exclusive(gate.a, 5);
    CompletableFuture<?> _ = gate.write(gate.b, HEAD_OF_QUEUE, 5);
    assertThat(device.begun()).as("the range is somebody's").isEmpty();
    alone.getFirst().end(Outcome.GOOD);
    assertThat(device.begun()).containsExactly(5);
    assertThat(alone).hasSize(1);
    device.land(5);
    assertThat(alone).hasSize(2);
    alone.getLast().end(Outcome.GOOD);
    gate.assertOpen();
  }

  @Test
  void orderedWaitsForAnElderWhoseDataHasNotArrivedAndHoldsUpNobodyElseMeanwhile() {
    CompletableFuture<Outcome> elderEnded = new CompletableFuture<>();
    ScsiTask elder = gate.prepareWrite(gate.a, SIMPLE, 1, elderEnded);
    List<CompletableFuture<Outcome>> all = new ArrayList<>();
    all.add(elderEnded);
    all.add(gate.write(gate.a, ORDERED, 2));
    all.add(gate.write(gate.a, SIMPLE, 3));
    assertThat(device.begun()).isEmpty();

    all.add(gate.write(gate.b, SIMPLE, 4));
    all.add(gate.write(gate.b, ORDERED, 5));
    device.land(4);
    device.land(5);
    assertThat(device.landed()).as("nexus b is not held up").containsExactly(4, 5);

    gate.on.engine.submit(elder);
    assertThat(device.begun()).containsExactly(1);
    device.land(1);
    device.land(2);
    device.land(3);
    assertAllGood(all);
  }

  @Test
  void anOrderedWriteHoldsItsYoungerSiblingsWhileItsDataIsOnTheWay() {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    ScsiTask ordered = gate.prepareWrite(gate.a, ORDERED, 1, ended);
    List<CompletableFuture<Outcome>> all = new ArrayList<>(List.of(ended));
    all.add(gate.write(gate.a, SIMPLE, 2));
    all.add(gate.write(gate.b, SIMPLE, 3));
    assertThat(device.begun()).containsExactly(3);
    gate.on.engine.submit(ordered);
    device.land(3);
    device.land(1);
    device.land(2);
    assertAllGood(all);
  }

  @Test
  void anInitiatorThatFallsSilentCannotHoldUpItsOwnFence() {
    ReservationType type = ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;
    gate.on.reserveOutIsGood(gate.a, EngineFixture.REGISTER_AND_IGNORE, type, 0, 0xA);
    gate.on.reserveOutIsGood(gate.b, EngineFixture.REGISTER_AND_IGNORE, type, 0, 0xB);
    gate.on.reserveOutIsGood(gate.a, EngineFixture.RESERVE, type, 0xA, 0);
    CompletableFuture<Outcome> silent = new CompletableFuture<>();
    ScsiTask awaiting = gate.prepareWrite(gate.a, SIMPLE, 1, silent);
    CompletableFuture<Outcome> ordered = gate.write(gate.a, ORDERED, 2);
    CompletableFuture<Outcome> behind = gate.write(gate.a, SIMPLE, 3);

    assertThat(gate.on.reserveOut(gate.b, EngineFixture.PREEMPT_AND_ABORT, type, 0xB, 0xA))
        .isCompletedWithValue(Outcome.GOOD);
    assertThat(ordered).isCompletedWithValue(Outcome.ABORTED);
    assertThat(behind).isCompletedWithValue(Outcome.ABORTED);
    awaiting.finish();
    assertThat(device.begun()).isEmpty();
    gate.assertOpen();
  }

  @Test
  void aPreemptOlderThanAnOrderedTaskDoesNotWaitForWhatWaitsForThat() {
    ReservationType type = ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;
    gate.on.reserveOutIsGood(gate.a, EngineFixture.REGISTER_AND_IGNORE, type, 0, 0xA);
    gate.on.reserveOutIsGood(gate.b, EngineFixture.REGISTER_AND_IGNORE, type, 0, 0xB);
    gate.on.reserveOutIsGood(gate.a, EngineFixture.RESERVE, type, 0xA, 0);
    CompletableFuture<Outcome> victim = gate.write(gate.b, SIMPLE, 1);
    CompletableFuture<Outcome> preempt =
        gate.on.reserveOut(gate.a, EngineFixture.PREEMPT, type, 0xA, 0xB);
    CompletableFuture<Outcome> ordered = gate.write(gate.a, ORDERED, 2);
    CompletableFuture<Outcome> parked = gate.write(gate.b, SIMPLE, 3);
    assertThat(preempt).isNotDone();
    device.land(1);
    assertThat(victim).isCompletedWithValue(Outcome.GOOD);
    assertThat(preempt).isCompletedWithValue(Outcome.GOOD);
    device.land(2);
    assertThat(ordered).isCompletedWithValue(Outcome.GOOD);
    assertThat(parked.join()).as("its unit attention").isInstanceOf(Outcome.CheckCondition.class);
    assertThat(device.landed()).containsExactly(1, 2);
    gate.assertOpen();
  }

  @Test
  void anOrderedTaskThatIsAbortedBeforeItsDataComesHoldsUpNobody() {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    ScsiTask ordered = gate.prepareWrite(gate.a, ORDERED, 1, ended);
    CompletableFuture<Outcome> behind = gate.write(gate.a, SIMPLE, 2);
    assertThat(gate.manage(gate.a, TaskManagementFunction.ABORT_TASK, ordered.tag()))
        .isCompletedWithValue(TaskManagementResponse.FUNCTION_COMPLETE);
    device.land(2);
    assertThat(behind).isCompletedWithValue(Outcome.GOOD);
    gate.on.engine.submit(ordered);
    assertThat(ended).isCompletedWithValue(Outcome.ABORTED);
    gate.assertOpen();
  }

  @Test
  void anElderThatIsAbortedBeforeItsDataComesIsNotWaitedFor() {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    ScsiTask elder = gate.prepareWrite(gate.a, SIMPLE, 1, ended);
    CompletableFuture<Outcome> ordered = gate.write(gate.a, ORDERED, 2);
    CompletableFuture<?> _ = gate.manage(gate.a, TaskManagementFunction.ABORT_TASK, elder.tag());
    device.land(2);
    assertThat(ordered).isCompletedWithValue(Outcome.GOOD);
    elder.finish();
    gate.assertOpen();
  }

  @Test
  void orderedExclusiveCommandsDoNotWaitForThemselves() {
    List<CompletableFuture<Outcome>> all = new ArrayList<>();
    all.add(gate.write(gate.b, SIMPLE, 5));
    for (TaskAttribute attribute : List.of(ORDERED, HEAD_OF_QUEUE, SIMPLE)) {
      CompletableFuture<Outcome> ended = new CompletableFuture<>();
      gate.on.engine.submit(
          gate.on.task(gate.a, attribute, GateFixture.exclusiveCdb(5), new byte[0], ended));
      all.add(ended);
    }
    device.land(5);
    assertAllGood(all);
  }

  @Test
  void acaIsRefused() {
    assertThat(gate.write(gate.a, ACA, 1))
        .isCompletedWithValue(Outcome.check(Sense.illegalRequest(SenseCode.INVALID_MESSAGE_ERROR)));
    gate.assertOpen();
  }
}
