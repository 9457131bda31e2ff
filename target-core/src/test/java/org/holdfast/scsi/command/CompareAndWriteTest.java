package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompareAndWriteTest {
  private static final int BLOCK = 512;

  private final Bench bench = new Bench(MemoryDevice.ofBlocks(1024));
  private byte[] before;

  @BeforeEach
  void fill() {
    new Random(5).nextBytes(bench.device.content());
    before = bench.device.content().clone();
  }

  private static byte[] cdb(int flags, long lba, int blocks) {
    return Bench.cdb(String.format("89%02x %016x 000000 %02x 00 00", flags, lba, blocks));
  }

  /** What is there at {@code lba}, then {@code blocks} blocks of A6h. */
  private byte[] matching(int lba, int blocks) {
    byte[] data = new byte[2 * blocks * BLOCK];
    Arrays.fill(data, (byte) 0xA6);
    System.arraycopy(before, lba * BLOCK, data, 0, blocks * BLOCK);
    return data;
  }

  private void assertUntouched() {
    assertThat(bench.device.content()).isEqualTo(before);
  }

  @Test
  void whatIsEqualIsReplaced() {
    for (int blocks : new int[] {1, 7, 255}) {
      Bench.Result result = bench.offer(cdb(0, 3, blocks), matching(3, blocks));
      assertThat(result.wanted()).isEqualTo(2 * blocks * BLOCK);
      assertThat(result.outcome()).isEqualTo(Outcome.GOOD);
      Arrays.fill(before, 3 * BLOCK, (3 + blocks) * BLOCK, (byte) 0xA6);
      assertUntouched();
    }
  }

  @Test
  void theFirstDifferenceIsToldAndNothingIsWritten() {
    for (int offset : new int[] {0, BLOCK - 1, BLOCK, 2 * BLOCK + 77}) {
      byte[] data = matching(9, 3);
      data[offset] ^= 1;
      data[3 * BLOCK - 1] ^= 1;
      assertThat(bench.offer(cdb(0, 9, 3), data).sense())
          .isEqualTo(
              Sense.of(SenseKey.MISCOMPARE, SenseCode.MISCOMPARE_DURING_VERIFY_OPERATION)
                  .withInformation(offset));
      assertUntouched();
    }
    assertThat(bench.device.requests()).hasOnlyElementsOfType(IoRequest.Read.class);
  }

  @Test
  void theOfferHasToBeTheTwoHalves() {
    Sense refused = Sense.invalidFieldInCdb(13, 7);
    for (int bytes : new int[] {0, BLOCK, 3 * BLOCK, 4 * BLOCK - 1, 5 * BLOCK}) {
      assertThat(bench.offer(cdb(0, 0, 2), Arrays.copyOf(matching(0, 2), bytes)).sense())
          .as("%d bytes", bytes)
          .isEqualTo(refused);
    }
    // 256 blocks do not fit into the field: the CDB then asks for none, and data are offered.
    assertThat(bench.offer(cdb(0, 0, 0), matching(0, 2)).sense()).isEqualTo(refused);
    assertThat(bench.device.requests()).isEmpty();
  }

  @Test
  void noBlocksAreNoError() {
    assertThat(bench.offer(cdb(0, 0, 0), new byte[0]).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.device.requests()).isEmpty();
  }

  @Test
  void fuaReachesTheDevice() {
    for (int flags : new int[] {0x00, 0x10, 0x08, 0x02}) {
      bench.device.requests().clear();
      Arrays.fill(bench.device.content(), (byte) 0);
      bench.offer(cdb(flags, 0, 1), new byte[2 * BLOCK]);
      IoRequest.Write write = (IoRequest.Write) bench.device.requests().getLast();
      assertThat(write.fua()).as("%02x", flags).isEqualTo((flags & 0x0A) != 0);
    }
  }

  @Test
  void blocksOf4096Bytes() {
    bench.device.profile(new DeviceProfile(4096, 128, 0, false, false, true));
    byte[] data = ByteBuffer.allocate(8192).put(before, 4096, 4096).array();
    Bench.Result result = bench.offer(cdb(0, 1, 1), data);
    assertThat(result.wanted()).isEqualTo(8192);
    assertThat(result.outcome()).isEqualTo(Outcome.GOOD);
    assertThat(Arrays.copyOfRange(bench.device.content(), 4096, 8192)).containsOnly(0);
  }

  @Test
  void faultsAreTold() {
    bench.device.failNext(DeviceFault.READ_ERROR, 4 * BLOCK);
    assertThat(bench.offer(cdb(0, 3, 2), matching(3, 2)).sense())
        .isEqualTo(
            Sense.of(SenseKey.MEDIUM_ERROR, SenseCode.UNRECOVERED_READ_ERROR).withInformation(4));
    bench.device.hold();
    Bench.Result result = bench.offer(cdb(0, 3, 2), matching(3, 2));
    bench.device.failNext(DeviceFault.NO_SPACE, 3 * BLOCK);
    bench.device.release();
    bench.device.release();
    assertThat(result.sense())
        .isEqualTo(
            Sense.of(SenseKey.DATA_PROTECT, SenseCode.SPACE_ALLOCATION_FAILED_WRITE_PROTECT));
    assertUntouched();
  }

  @Test
  void aReadOnlyMappingRefuses() {
    ItNexus reader = bench.login(LunMap.of(Map.of(0, new LunMap.MappedLun(bench.unit, true))));
    bench.unit.takeUnitAttention(reader);
    assertThat(bench.send(reader, 0, cdb(0, 0, 1), matching(0, 1)).sense())
        .isEqualTo(Sense.of(SenseKey.DATA_PROTECT, SenseCode.WRITE_PROTECTED));
    assertThat(bench.device.requests()).isEmpty();
  }
}
