package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.holdfast.scsi.ServiceAction;
import org.junit.jupiter.api.Test;

/**
 * A unit whose reservations are unknown serves nothing that depends on them or on the medium.
 *
 * <p>Seen to fail: with {@code whenNotReady()} asked instead of {@code answersWithoutUnit()} in
 * {@code TargetEngine.refusal}, the first row that answers something else is MODE SENSE(6).
 */
class OfflineUnitTest {
  private static final Set<String> ANSWERED = Set.of("INQUIRY", "REPORT LUNS", "REQUEST SENSE");

  private final Bench bench = new Bench();

  private Outcome answer(CommandSpec row) {
    byte[] cdb = new byte[row.cdbLength()];
    cdb[0] = (byte) row.opcode();
    if (row.serviceAction() instanceof ServiceAction.Value(int value)) {
      cdb[ServiceAction.BYTE] = (byte) value;
    }
    if (row.name().equals("REPORT LUNS")) {
      cdb[9] = 16; // The least ALLOCATION LENGTH.
    }
    return bench.send(cdb, new byte[0]).outcome();
  }

  @Test
  void everyRowButThreeAnswersNotReady() {
    Outcome notReady =
        Outcome.check(
            Sense.of(SenseKey.NOT_READY, SenseCode.LOGICAL_UNIT_NOT_READY_CAUSE_NOT_REPORTABLE));
    bench.unit.takeOffline("the test says so");
    assertThat(bench.unit.offlineReason()).isEqualTo("the test says so");
    assertThat(StandardCommands.table().rows())
        .extracting(CommandSpec::name)
        .containsAll(ANSWERED)
        .contains("PERSISTENT RESERVE IN, READ KEYS", "PERSISTENT RESERVE OUT, CLEAR");
    for (CommandSpec row : StandardCommands.table().rows()) {
      assertThat(answer(row))
          .as(row.name())
          .isEqualTo(ANSWERED.contains(row.name()) ? Outcome.GOOD : notReady);
    }
  }

  @Test
  void aWriteReachesNoBlock() {
    bench.unit.takeOffline("the test says so");
    byte[] block = new byte[512];
    Arrays.fill(block, (byte) 0x5A);
    assertThat(bench.send(Bench.cdb("2A 00 00000001 00 0001 00"), block).sense().key())
        .isEqualTo(SenseKey.NOT_READY);
    assertThat(bench.device.requests()).isEmpty();
  }
}
