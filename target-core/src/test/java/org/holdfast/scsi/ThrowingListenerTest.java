package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.holdfast.scsi.EngineFixture.PREEMPT;
import static org.holdfast.scsi.EngineFixture.PREEMPT_AND_ABORT;
import static org.holdfast.scsi.EngineFixture.REGISTER_AND_IGNORE;
import static org.holdfast.scsi.EngineFixture.RESERVE;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.holdfast.pr.ReservationType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A frontend that breaks while it is told that a command has ended hurts nobody but that command's
 * initiator.
 *
 * <p>Seen to fail: with {@code listener.taskEnded(this)} in place of the guarded call in {@code
 * ScsiTask.end} and {@code leave} after it without {@code finally}, all of them: the exception goes
 * up into the device's thread. Without the {@code try} in {@code TaskSet.leave}, {@code
 * aDrainThatFailsDoesNotKeepTheOthersWaiting}.
 */
class ThrowingListenerTest {
  private static final ReservationType TYPE = ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;

  private final HeldDevice device = new HeldDevice();
  private final EngineFixture fixture = new EngineFixture(device);
  private final ItNexus a = fixture.login("a");
  private final ItNexus b = fixture.login("b");

  @BeforeEach
  void reserve() {
    fixture.reserveOutIsGood(a, REGISTER_AND_IGNORE, TYPE, 0, 1);
    fixture.reserveOutIsGood(b, REGISTER_AND_IGNORE, TYPE, 0, 2);
    fixture.reserveOutIsGood(a, RESERVE, TYPE, 1, 0);
  }

  /** A task whose listener throws. */
  private ScsiTask task(ItNexus nexus, byte[] cdb, int dataOut) {
    ScsiTask task =
        new ScsiTask(
            nexus,
            LunMap.encode(0),
            0x7777,
            new Cdb(cdb),
            TaskAttribute.SIMPLE,
            HeapDataBuffer::new,
            _ -> {
              throw new IllegalStateException("a frontend's defect");
            });
    fixture.engine.prepare(task);
    if (dataOut > 0) {
      task.dataOut(new HeapDataBuffer(dataOut), dataOut);
    }
    return task;
  }

  private void submitWriteOfB() {
    fixture.engine.submit(task(b, EngineFixture.writeCdb(1), EngineFixture.BLOCK));
    assertThat(device.held()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {PREEMPT, PREEMPT_AND_ABORT})
  void aPreemptThatWaitsForItsWriteIsAnswered(int action) {
    submitWriteOfB();
    CompletableFuture<Outcome> preempt = fixture.reserveOut(a, action, TYPE, 1, 2);
    assertThat(preempt).isNotDone();
    assertThatCode(device::release).as("on the device's thread").doesNotThrowAnyException();
    assertThat(preempt).isCompletedWithValue(Outcome.GOOD);
  }

  @Test
  void aPreemptThatComesLaterFindsNothingToWaitFor() {
    submitWriteOfB();
    device.release();
    assertThat(fixture.reserveOut(a, PREEMPT, TYPE, 1, 2)).isCompletedWithValue(Outcome.GOOD);
  }

  @Test
  void theEndOfItsSessionIsReported() {
    submitWriteOfB();
    List<String> ended = new ArrayList<>();
    fixture.engine.detach(b, () -> ended.add("b"));
    assertThat(ended).isEmpty();
    device.release();
    assertThat(ended).containsExactly("b");
  }

  @Test
  void itsCommandHadItsEffectAndTheUnitServesOn() {
    fixture.engine.submit(task(b, EngineFixture.writeCdb(1), EngineFixture.BLOCK));
    device.release();
    fixture.engine.submit(task(b, new byte[6], 0));
    fixture.engine.submit(task(b, EngineFixture.reserveOutCdb(PREEMPT, TYPE), 24));
    assertThat(device.landed(1)).isEqualTo(1);
    assertThat(fixture.unit.offlineReason()).isNull();
    fixture.reserveOutIsGood(a, PREEMPT, TYPE, 1, 2);
  }

  @Test
  void aDrainThatFailsDoesNotKeepTheOthersWaiting() {
    submitWriteOfB();
    List<String> done = new ArrayList<>();
    TaskSet tasks = fixture.unit.taskSet();
    tasks.drain(
        _ -> true,
        () -> {
          done.add("first");
          throw new IllegalStateException("a frontend's defect");
        });
    tasks.drain(_ -> true, () -> done.add("second"));
    assertThat(done).isEmpty();
    device.release();
    assertThat(done).containsExactly("first", "second");
  }
}
