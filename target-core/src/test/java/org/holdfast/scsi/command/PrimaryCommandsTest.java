package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.LunMap.MappedLun;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.junit.jupiter.api.Test;

/** REPORT LUNS, REQUEST SENSE, TEST UNIT READY, REPORT SUPPORTED OPERATION CODES. */
class PrimaryCommandsTest {
  private static final String REPORT_LUNS = "a000 %02x 000000 0000ffff 0000";

  private final Bench bench = new Bench();

  private byte[] luns(ItNexus nexus, int select) {
    byte[] cdb = Bench.cdb(String.format(REPORT_LUNS, select));
    return bench.send(nexus, 0, cdb, new byte[0]).good();
  }

  @Test
  void reportLunsListsWhatIsMappedInBothAddressMethods() {
    MappedLun mapped = new MappedLun(bench.unit, false);
    ItNexus nexus = bench.login(LunMap.of(Map.of(1, mapped, 255, mapped, 256, mapped)));
    byte[] wanted =
        Bench.cdb("00000018 00000000 0001000000000000 00ff000000000000 4100000000000000");
    assertThat(luns(nexus, 0)).isEqualTo(wanted);
    assertThat(luns(nexus, 2)).isEqualTo(wanted);
    assertThat(luns(nexus, 1)).as("well known units only").isEqualTo(new byte[8]);
  }

  @Test
  void reportLunsAnswersWithLunZeroWhenNothingIsMapped() {
    assertThat(luns(bench.login(LunMap.EMPTY), 0))
        .isEqualTo(Bench.cdb("00000008 00000000 0000000000000000"));
  }

  @Test
  void reportLunsRefusesOtherReports() {
    assertThat(bench.send(String.format(REPORT_LUNS, 3)).sense())
        .isEqualTo(Sense.invalidFieldInCdb(2, 7));
  }

  @Test
  void requestSenseDeliversTheUnitAttentionOnce() {
    ItNexus nexus = bench.login(LunMap.of(Map.of(0, new MappedLun(bench.unit, false))));
    byte[] cdb = Bench.cdb("03 00 0000 ff 00");
    assertThat(bench.send(nexus, 0, cdb, new byte[0]).good())
        .isEqualTo(Bench.cdb("70 00 06 00000000 0a 00000000 29 00 00 000000"));
    assertThat(bench.send(nexus, 0, cdb, new byte[0]).good())
        .isEqualTo(Bench.cdb("70 00 00 00000000 0a 00000000 00 00 00 000000"));
    assertThat(bench.send(nexus, 0, new byte[6], new byte[0]).outcome()).isEqualTo(Outcome.GOOD);
  }

  @Test
  void requestSenseHasTwoFormats() {
    assertThat(bench.send("03 01 0000 ff 00").good()).isEqualTo(Bench.cdb("72 00 0000 00000000"));
    ItNexus nexus = bench.login(LunMap.EMPTY);
    assertThat(bench.send(nexus, 3, Bench.cdb("03010000ff00"), new byte[0]).good())
        .isEqualTo(Bench.cdb("72 05 2500 00000000"));
  }

  @Test
  void otherCommandsAreRefusedWhereNoUnitIs() {
    ItNexus nexus = bench.login(LunMap.EMPTY);
    assertThat(bench.send(nexus, 0, new byte[6], new byte[0]).sense())
        .isEqualTo(Sense.illegalRequest(SenseCode.LOGICAL_UNIT_NOT_SUPPORTED));
  }

  private byte[] opcodes(String middle) {
    return bench.send("a30c" + middle + "0000ffff 0000").good();
  }

  @Test
  void allOperationCodesAreThoseOfTheTable() {
    int rows = StandardCommands.table().rows().size();
    byte[] all = opcodes("00 00 0000");
    assertThat(all).hasSize(4 + 8 * rows).startsWith(0, 0, (rows * 8) >> 8, (byte) (rows * 8));
    assertThat(all).containsSequence(0x28, 0, 0, 0, 0, 0, 0, 10);
    assertThat(all).containsSequence(0x5E, 0, 0, 3, 0, 1, 0, 10);
    byte[] withTimeouts = opcodes("80 00 0000");
    assertThat(withTimeouts).hasSize(4 + 20 * rows);
    assertThat(withTimeouts)
        .containsSequence(0x5E, 0, 0, 3, 0, 3, 0, 10, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30);
  }

  @Test
  void oneOperationCodeShowsItsUsage() {
    byte[] read10 = Bench.cdb("00 03 000a 28 1a ffffffff 1f ffff 00");
    assertThat(opcodes("01 28 0000")).isEqualTo(read10);
    assertThat(opcodes("03 28 0000")).isEqualTo(read10);
    byte[] capacity16 = Bench.cdb("00 03 0010 9e 10 0000000000000000 ffffffff 00 00");
    assertThat(opcodes("02 9e 0010")).isEqualTo(capacity16);
    assertThat(opcodes("03 9e 0010")).isEqualTo(capacity16);
    assertThat(opcodes("81 00 0000"))
        .isEqualTo(Bench.cdb("00 83 0006 000000000000 000a 0000 00000000 0000001e"));
  }

  @Test
  void whatIsNotThereIsNotSupported() {
    byte[] notSupported = Bench.cdb("00 01 0000");
    assertThat(opcodes("01 43 0000")).isEqualTo(notSupported);
    assertThat(opcodes("02 43 0000")).isEqualTo(notSupported);
    assertThat(opcodes("02 5e 0004")).isEqualTo(notSupported);
    assertThat(opcodes("02 5e 0103")).as("beyond five bits").isEqualTo(notSupported);
    assertThat(opcodes("03 28 0001")).isEqualTo(notSupported);
  }

  @Test
  void theReportingOptionHasToFitTheCommand() {
    Sense refused = Sense.invalidFieldInCdb(2, 2);
    for (String middle : new String[] {"01 5e 0000", "02 28 0000", "04 28 0000", "07 28 0000"}) {
      assertThat(bench.send("a30c" + middle + "0000ffff 0000").sense())
          .as(middle)
          .isEqualTo(refused);
    }
  }
}
