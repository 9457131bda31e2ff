package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatUnitTest {
  private static final String FORMAT = "04 00 00 00 00 00";
  private static final String FORMAT_WITH_DATA = "04 10 00 00 00 00";
  private static final String FORMAT_WITH_LONG_LIST = "04 38 00 00 00 00";
  private static final String TEST_UNIT_READY = "00 00 00 00 00 00";
  private static final String READ = "28 00 00000000 00 0001 00";
  private static final Sense FAILED =
      Sense.of(SenseKey.MEDIUM_ERROR, SenseCode.FORMAT_COMMAND_FAILED);

  private final Bench bench = new Bench(MemoryDevice.ofBlocks(64));

  @BeforeEach
  void fill() {
    Arrays.fill(bench.device.content(), (byte) 'a');
  }

  private Bench.Result send(String cdb, String list) {
    return bench.send(Bench.cdb(cdb), HexFormat.of().parseHex(list.replace(" ", "")));
  }

  @Test
  void everyBlockReadsAsZerosAfterwards() {
    bench.send(FORMAT).good();
    assertThat(bench.device.content()).containsOnly(0);
  }

  @ParameterizedTest
  @CsvSource({"04 10 00 00 00 00, 00 80 0000", "04 38 00 00 00 00, 00 F0 0000 00000000"})
  void anEmptyDefectListIsAccepted(String cdb, String list) {
    send(cdb, list).good();
    assertThat(bench.device.content()).containsOnly(0);
  }

  @Test
  void whileItRunsCommandsAreToldHowFarItIs() {
    bench.device.hold();
    Bench.Result format = send(FORMAT_WITH_DATA, "00 02 0000");
    format.good();
    Sense running =
        Sense.of(SenseKey.NOT_READY, SenseCode.LOGICAL_UNIT_NOT_READY_FORMAT_IN_PROGRESS)
            .withProgress(0xFFFF);
    assertThat(bench.send(TEST_UNIT_READY).sense()).isEqualTo(running);
    assertThat(bench.send(READ).sense()).isEqualTo(running);
    assertThat(bench.send("03 00 00 00 FF 00").good()[13]).isEqualTo((byte) 0x04);
    while (bench.device.release()) {
      // Until nothing is left to do.
    }
    bench.send(READ);
    bench.send(TEST_UNIT_READY).good();
  }

  @Test
  void aFailureKeepsTheMediumFromBeingUsedUntilAFormatGoesWell() {
    bench.device.failNext(DeviceFault.WRITE_ERROR, 0);
    assertThat(bench.send(FORMAT).sense()).isEqualTo(FAILED);
    assertThat(bench.send(READ).sense()).isEqualTo(FAILED);
    bench.send(TEST_UNIT_READY).good();
    bench.send(FORMAT).good();
    bench.send(READ).good();
  }

  @ParameterizedTest
  @CsvSource({
    "04 10 00 00 00 00, 01 80 0000, 0, 2",
    "04 10 00 00 00 00, 00 40 0000, 1, 6",
    "04 10 00 00 00 00, 00 88 0000, 1, 3",
    "04 10 00 00 00 00, 00 80 0008, 2, 7",
    "04 38 00 00 00 00, 00 80 0010 00000000, 3, 7",
    "04 38 00 00 00 00, 00 80 0000 00000008, 4, 7",
  })
  void whatAsksForDefectsOrProtectionIsRefused(String cdb, String list, int at, int bit) {
    assertThat(send(cdb, list).sense()).isEqualTo(Sense.invalidFieldInParameterList(at, bit));
    assertThat(bench.device.content()).containsOnly('a');
  }

  @Test
  void whatElseIsRefused() {
    assertThat(bench.send("04 80 00 00 00 00").sense()).isEqualTo(Sense.invalidFieldInCdb(1, 7));
    assertThat(bench.send("04 08 00 00 00 00").sense()).isEqualTo(Sense.invalidFieldInCdb(1, 3));
    assertThat(bench.send("04 00 00 00 01 00").sense()).isEqualTo(Sense.invalidFieldInCdb(4, 1));
    assertThat(send(FORMAT_WITH_DATA, "00 80").sense())
        .isEqualTo(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR));
    assertThat(send(FORMAT_WITH_LONG_LIST, "00 80 0000").sense())
        .isEqualTo(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR));
  }
}
