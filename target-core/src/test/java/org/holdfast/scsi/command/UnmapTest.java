package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnmapTest {
  private static final int BLOCK = 512;
  private static final int BLOCKS = 1024;

  private static final Sense LENGTH_ERROR =
      Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
  private static final Sense OUT_OF_RANGE =
      Sense.illegalRequest(SenseCode.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE);

  private final Bench bench = new Bench(MemoryDevice.ofBlocks(BLOCKS));

  @BeforeEach
  void fill() {
    Arrays.fill(bench.device.content(), (byte) 0xA6);
  }

  /** Pairs of LBA and number of blocks. */
  private static byte[] list(long... pairs) {
    ByteBuffer list = ByteBuffer.allocate(8 + pairs.length / 2 * 16);
    list.putShort((short) (list.capacity() - 2)).putShort((short) (list.capacity() - 8)).putInt(0);
    for (int i = 0; i < pairs.length; i += 2) {
      list.putLong(pairs[i]).putInt((int) pairs[i + 1]).putInt(0);
    }
    return list.array();
  }

  private Bench.Result unmap(byte[] list) {
    return unmap(list, list.length);
  }

  private Bench.Result unmap(byte[] list, int length) {
    return bench.offer(Bench.cdb(String.format("4200 00000000 00 %04x 00", length)), list);
  }

  private void assertNothingUnmapped() {
    assertThat(bench.device.content()).containsOnly(0xA6);
    assertThat(bench.device.requests()).isEmpty();
  }

  @Test
  void theRangesAreUnmappedAndReadAsZeros() {
    assertThat(unmap(list(3, 5, 100, 1, BLOCKS - 1, 1)).outcome()).isEqualTo(Outcome.GOOD);
    for (int block = 0; block < BLOCKS; block++) {
      boolean gone = (block >= 3 && block < 8) || block == 100 || block == BLOCKS - 1;
      assertThat(bench.device.mapped(block)).as("block %d", block).isEqualTo(!gone);
      assertThat(bench.device.content()[block * BLOCK]).isEqualTo((byte) (gone ? 0 : 0xA6));
    }
    assertThat(bench.device.requests())
        .containsExactly(
            new IoRequest.Unmap(3 * BLOCK, 5 * BLOCK),
            new IoRequest.Unmap(100 * BLOCK, BLOCK),
            new IoRequest.Unmap((BLOCKS - 1) * BLOCK, BLOCK));
  }

  @Test
  void blocksOf4096Bytes() {
    bench.device.profile(new DeviceProfile(4096, BLOCKS / 8, 0, false, false, true));
    assertThat(unmap(list(3, 5)).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.device.requests()).containsExactly(new IoRequest.Unmap(3 * 4096, 5 * 4096));
  }

  @Test
  void nothingToUnmapIsNoError() {
    assertThat(unmap(new byte[0]).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(unmap(list()).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(unmap(list(0, 0, BLOCKS, 0)).outcome()).isEqualTo(Outcome.GOOD);
    assertNothingUnmapped();
  }

  @Test
  void aListWithoutItsHeaderIsTooShort() {
    for (int length = 1; length < 8; length++) {
      assertThat(unmap(new byte[length]).sense()).as("%d", length).isEqualTo(LENGTH_ERROR);
    }
    assertThat(unmap(new byte[8], 24).sense()).as("less came").isEqualTo(LENGTH_ERROR);
    assertThat(unmap(list(1, 1), 23).sense()).as("a descriptor is cut").isEqualTo(LENGTH_ERROR);
    assertNothingUnmapped();
  }

  @Test
  void aDescriptorThatIsThereInPartIsIgnored() {
    byte[] list = list(3, 5, 100, 1);
    ByteBuffer.wrap(list).putShort(2, (short) 31);
    assertThat(unmap(list).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.device.requests()).containsExactly(new IoRequest.Unmap(3 * BLOCK, 5 * BLOCK));
  }

  @Test
  void allRangesAreCheckedBeforeAnythingIsUnmapped() {
    assertThat(unmap(list(0, 1, BLOCKS, 1)).sense()).isEqualTo(OUT_OF_RANGE);
    assertThat(unmap(list(0, 1, BLOCKS - 1, 2)).sense()).isEqualTo(OUT_OF_RANGE);
    assertThat(unmap(list(0, 1, BLOCKS + 1, 0)).sense()).isEqualTo(OUT_OF_RANGE);
    assertThat(unmap(list(0, 1, -1, 1)).sense()).isEqualTo(OUT_OF_RANGE);
    assertThat(unmap(list(0, 1, -1, 0xFFFF_FFFFL)).sense()).isEqualTo(OUT_OF_RANGE);
    assertThat(unmap(list(0, 1, 1L << 63, 1)).sense()).isEqualTo(OUT_OF_RANGE);
    assertNothingUnmapped();
  }

  @Test
  void theAdvertisedLimitsAreKept() {
    long[] pairs = new long[2 * 257];
    assertThat(unmap(list(Arrays.copyOf(pairs, 2 * 256))).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(unmap(list(pairs)).sense()).isEqualTo(Sense.invalidFieldInParameterList(2, 7));
    bench.device.profile(new DeviceProfile(512, 1L << 40, 0, false, false, true));
    assertThat(unmap(list(0, 1 << 19, 0, (1 << 19) + 1)).sense())
        .isEqualTo(Sense.invalidFieldInParameterList(32, 7));
    assertNothingUnmapped();
  }

  @Test
  void anchorIsRefused() {
    assertThat(bench.send("4201 00000000 00 0000 00").sense())
        .isEqualTo(Sense.invalidFieldInCdb(1, 0));
  }

  @Test
  void aFullyProvisionedUnitHasNoSuchCommand() {
    bench.device.profile(new DeviceProfile(512, BLOCKS, 0, false, false, false));
    Bench.Result result = unmap(list(0, 1));
    assertThat(result.wanted()).isZero();
    assertThat(result.sense())
        .isEqualTo(Sense.illegalRequest(SenseCode.INVALID_COMMAND_OPERATION_CODE));
    assertNothingUnmapped();
  }

  @Test
  void aReadOnlyUnitRefuses() {
    bench.device.profile(new DeviceProfile(512, BLOCKS, 0, false, true, true));
    assertThat(unmap(list(0, 1)).sense())
        .isEqualTo(Sense.of(SenseKey.DATA_PROTECT, SenseCode.WRITE_PROTECTED));
    assertNothingUnmapped();
  }

  @Test
  void aFaultEndsIt() {
    bench.device.failNext(DeviceFault.WRITE_ERROR, 0);
    assertThat(unmap(list(0, 1, 5, 1)).sense().code()).isEqualTo(SenseCode.WRITE_ERROR);
    assertThat(bench.device.requests()).hasSize(1);
  }
}
