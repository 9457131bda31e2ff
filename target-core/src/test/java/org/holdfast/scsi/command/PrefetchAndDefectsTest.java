package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PRE-FETCH and READ DEFECT DATA. */
class PrefetchAndDefectsTest {
  private static final int BLOCKS = 8192;

  private final Bench bench = new Bench(MemoryDevice.ofBlocks(BLOCKS));

  private Bench.Result prefetch(int length, int flags, long lba, long blocks) {
    return bench.send(
        length == 10
            ? String.format("34%02x %08x 03 %04x 00", flags, lba, blocks)
            : String.format("90%02x %016x %08x 03 00", flags, lba, blocks));
  }

  private long bytesRead() {
    return bench.device.requests().stream()
        .mapToLong(request -> ((IoRequest.Read) request).target().limit())
        .sum();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 16})
  void theRangeIsReadAndTheConditionMet(int length) {
    assertThat(prefetch(length, 0, 5, 5000).outcome()).isEqualTo(Outcome.CONDITION_MET);
    assertThat(bytesRead()).isEqualTo(5000 * 512);
    bench.device.requests().clear();
    assertThat(prefetch(length, 2, 100, 0).outcome()).isEqualTo(Outcome.CONDITION_MET);
    assertThat(bytesRead()).as("up to the last").isEqualTo((BLOCKS - 100) * 512);
    assertThat(Outcome.CONDITION_MET.status()).isEqualTo(0x04);
  }

  @Test
  void aFaultIsTold() {
    bench.device.failNext(DeviceFault.READ_ERROR, 512);
    assertThat(prefetch(10, 2, 0, 5).sense().code()).isEqualTo(SenseCode.UNRECOVERED_READ_ERROR);
  }

  @Test
  void whatNoCacheHoldsIsReadInPart() {
    MemoryDevice large =
        new MemoryDevice(new DeviceProfile(4096, (64 << 8) + 1, 0, false, false, true));
    Bench.Result result = new Bench(large).send("9000 0000000000000000 00000000 00 00");
    assertThat(result.outcome()).isEqualTo(Outcome.GOOD);
    assertThat(large.requests()).hasSize(64);
  }

  @ParameterizedTest
  @CsvSource({
    "3700 00 00000000 0008 00, 00000000",
    "3700 18 00000000 0008 00, 00180000",
    "3700 0d 00000000 0008 00, 000d0000",
    "3700 10 00000000 0002 00, 0010",
    "b700 00000000 00000010 00 00, 0000000000000000",
    "b71b 00000007 00000010 00 00, 001b000000000000",
    "b704 00000000 00000003 00 00, 000400",
  })
  void thereAreNoDefects(String cdb, String data) {
    assertThat(bench.send(cdb).good()).isEqualTo(Bench.cdb(data));
  }

  @Test
  void formatsNobodyKnowsAreRefused() {
    for (int format = 6; format < 8; format++) {
      assertThat(bench.send(String.format("3700 %02x 00000000 0008 00", format)).sense())
          .isEqualTo(Sense.invalidFieldInCdb(2, 2));
      assertThat(bench.send(String.format("b7%02x 00000000 00000010 00 00", format)).sense())
          .isEqualTo(Sense.invalidFieldInCdb(1, 2));
    }
  }
}
