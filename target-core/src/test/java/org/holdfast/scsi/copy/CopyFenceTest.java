package org.holdfast.scsi.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.scsi.copy.CopyBench.A;
import static org.holdfast.scsi.copy.CopyBench.B;

import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.holdfast.scsi.TaskManagementFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a copy does on another unit obeys that unit's reservations, and PREEMPT there waits for it.
 *
 * <p>Seen to fail: with inner commands that do not enter the task set, {@code
 * noBlockChangesAfterPreemptOnTheDestination} in all its cases, and what aborts or resets the
 * destination.
 */
class CopyFenceTest {
  private static final int REGISTER = 0x00;
  private static final int RESERVE = 0x01;
  private static final int PREEMPT = 0x04;
  private static final int PREEMPT_AND_ABORT = 0x05;
  private static final long VICTIM = 0xA;
  private static final long WINNER = 0xB;

  /** More than a device copies at once, so that there is something left to copy. */
  private static final int BLOCKS = 40_000;

  private final CopyBench bench =
      new CopyBench(new CopyDevice(512, BLOCKS), new CopyDevice(512, BLOCKS));
  private final ItNexus victim = bench.nexus;
  private final ItNexus winner = bench.login();

  private void bothRegistered(int lun) {
    bench.reserveOut(victim, lun, REGISTER, 0, VICTIM).good();
    bench.reserveOut(winner, lun, REGISTER, 0, WINNER).good();
    bench.reserveOut(winner, lun, RESERVE, WINNER, 0).good();
  }

  private void mode(boolean byTheDevice) {
    bench.deviceA.fill(1);
    bench.deviceB.fill(100);
    if (byTheDevice) {
      bench.deviceB.copiesByItself();
    }
    bench.deviceB.holdWrites();
  }

  /** Lets what is held happen until a command is left that waits for something else. */
  private void releaseAll() {
    while (bench.deviceB.release()) {}
  }

  @ParameterizedTest
  @CsvSource({"4, false", "4, true", "5, false", "5, true"})
  void noBlockChangesAfterPreemptOnTheDestination(int action, boolean byTheDevice) {
    mode(byTheDevice);
    bothRegistered(B);
    CopyBench.Result copy = bench.copyToB(victim, BLOCKS, 0, 0);
    if (!byTheDevice) {
      assertThat(bench.deviceB.release()).as("the device refuses to copy").isTrue();
      assertThat(bench.deviceB.release()).as("the first write").isTrue();
    }
    assertThat(copy.ended()).isFalse();

    CopyBench.Result preempt = bench.reserveOut(winner, B, action, WINNER, VICTIM);
    assertThat(preempt.ended()).as("a write of the copy is on its way").isFalse();
    bench.deviceB.release();
    preempt.good();
    byte[] then = bench.deviceB.content().clone();

    releaseAll();
    assertThat(bench.deviceB.content()).isEqualTo(then);
    assertThat(copy.sense().key()).isEqualTo(SenseKey.COPY_ABORTED);
    if (action == PREEMPT && !byTheDevice) {
      assertThat(copy.sense()).isEqualTo(Sense.copyAborted(0, Outcome.RESERVATION_CONFLICT, false));
    }
  }

  @Test
  void preemptOnTheUnitThatManagesTheCopyStopsIt() {
    mode(false);
    bothRegistered(A);
    CopyBench.Result copy = bench.copyToB(victim, BLOCKS, 0, 0);
    bench.deviceB.release();
    CopyBench.Result preempt = bench.reserveOut(winner, A, PREEMPT, WINNER, VICTIM);
    assertThat(preempt.ended()).isFalse();
    bench.deviceB.release();
    preempt.good();
    assertThat(copy.outcome()).isEqualTo(Outcome.RESERVATION_CONFLICT);
    assertThat(bench.deviceB.held()).isZero();
  }

  @Test
  void aReservationOfTheDestinationKeepsTheCopyOut() {
    bench.deviceA.fill(1);
    byte[] before = bench.deviceB.content().clone();
    bench.reserveOut(winner, B, REGISTER, 0, WINNER).good();
    bench.reserveOut(winner, B, RESERVE, WINNER, 0).good();
    assertThat(bench.copyToB(victim, 4, 0, 0).sense())
        .isEqualTo(Sense.copyAborted(0, Outcome.RESERVATION_CONFLICT, false));
    assertThat(bench.deviceB.content()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void abortTaskEndsTheCopyWithoutAnAnswer(boolean byTheDevice) {
    mode(byTheDevice);
    CopyBench.Result copy = bench.copyToB(victim, BLOCKS, 0, 0);
    if (!byTheDevice) {
      bench.deviceB.release();
    }
    assertThat(bench.manage(victim, A, TaskManagementFunction.ABORT_TASK, copy.tag())).isFalse();
    bench.deviceB.release();
    assertThat(copy.outcome()).isEqualTo(Outcome.ABORTED);
    assertThat(bench.deviceB.held()).isZero();
  }

  @Test
  void aLostNexusEndsItsCopiesAndNothingOfThemIsLeft() {
    mode(false);
    CopyBench.Result copy = bench.copyToB(victim, BLOCKS, 0, 0);
    bench.deviceB.release();
    bench.logout(victim);
    bench.deviceB.release();
    assertThat(copy.outcome()).isEqualTo(Outcome.ABORTED);
    assertThat(bench.deviceB.held()).isZero();
  }

  @Test
  void aResetOfTheDestinationEndsTheCopyWithSense() {
    mode(false);
    CopyBench.Result copy = bench.copyToB(victim, BLOCKS, 0, 0);
    bench.deviceB.release();
    assertThat(bench.manage(winner, B, TaskManagementFunction.LOGICAL_UNIT_RESET, 0)).isFalse();
    bench.deviceB.release();
    assertThat(copy.sense())
        .isEqualTo(Sense.copyAborted(SenseCode.COPY_TARGET_DEVICE_NOT_REACHABLE, 0, 6));
  }

  @Test
  void innerCommandsTakeNoUnitAttentionAndAnswerToNoTag() {
    mode(false);
    bench.manage(winner, B, TaskManagementFunction.LOGICAL_UNIT_RESET, 0);
    CopyBench.Result copy = bench.copyToB(victim, 4, 0, 0);
    assertThat(copy.ended()).as("the reset's unit attention did not get in its way").isFalse();
    assertThat(bench.manage(victim, B, TaskManagementFunction.ABORT_TASK, 0)).isTrue();
    releaseAll();
    copy.good();
    assertThat(bench.b.takeUnitAttention(victim))
        .isEqualTo(Sense.of(SenseKey.UNIT_ATTENTION, SenseCode.BUS_DEVICE_RESET_FUNCTION_OCCURRED));
  }

  @Test
  void preemptAndAbortOnTheDestinationAbortsWhatIsThere() {
    mode(true);
    bothRegistered(B);
    CopyBench.Result copy = bench.copyToB(victim, 16, 0, 0);
    CopyBench.Result preempt = bench.reserveOut(winner, B, PREEMPT_AND_ABORT, WINNER, VICTIM);
    releaseAll();
    preempt.good();
    assertThat(copy.sense())
        .isEqualTo(Sense.copyAborted(SenseCode.COPY_TARGET_DEVICE_NOT_REACHABLE, 0, 6));
  }
}
