package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.UnitOptions;
import org.junit.jupiter.api.Test;

/** The vital product data pages of block devices: B0, B1, B2. */
class BlockPagesTest {
  private static final DeviceProfile THIN =
      new DeviceProfile(512, 1 << 20, 3, false, false, true, 8, 3);
  private static final DeviceProfile FULL =
      new DeviceProfile(4096, 1 << 20, 0, false, false, false);

  private static byte[] page(
      int code, DeviceProfile profile, int softThreshold, int atomicWriteLimit) {
    Bench bench =
        new Bench(MemoryDevice.ofBlocks(1), new UnitOptions(/* removable= */ false, softThreshold));
    bench.device.profile(profile);
    bench.device.atomicWriteLimit(atomicWriteLimit);
    return bench.send(String.format("1201%02xffff00", code)).good();
  }

  private static byte[] page(int code, DeviceProfile profile) {
    return page(code, profile, 0, 0);
  }

  /** A page of 64 bytes that begins with {@code hex}. */
  private static byte[] padded(String hex) {
    return ByteBuffer.allocate(64).put(Bench.cdb(hex)).array();
  }

  @Test
  void limitsOfAThinUnit() {
    assertThat(page(0xB0, THIN))
        .isEqualTo(
            padded(
                "00 b0 003c"
                    + "00 ff 0008" // WSNZ, COMPARE AND WRITE, granularity
                    + "00008000 00000000 00000000" // transfer: 16 MiB; optimal; prefetch
                    + "00100000 00000100" // UNMAP: LBAs, descriptors
                    + "00000008 80000003" // UNMAP: granularity, alignment
                    + "0000000000008000")); // WRITE SAME
  }

  @Test
  void limitsOfAFullyProvisionedUnit() {
    assertThat(page(0xB0, FULL))
        .isEqualTo(
            padded(
                "00 b0 003c 00 ff 0001 00001000 00000000 00000000"
                    + "00000000 00000000 00000000 00000000 0000000000008000"));
  }

  @Test
  void anAtomicWriteIsAsLongAsTheDevicePromisesAndNoLongerThanATransfer() {
    assertThat(Arrays.copyOfRange(page(0xB0, THIN, 0, 4095), 44, 64))
        .isEqualTo(Bench.cdb("00000007 00000000 00000000 00000000 00000000"));
    assertThat(Arrays.copyOfRange(page(0xB0, FULL, 0, 1 << 30), 44, 64))
        .isEqualTo(Bench.cdb("00001000 00000000 00000000 00000000 00000000"));
  }

  @Test
  void aThinUnitDoesNotRotateAndOfOthersNothingIsKnown() {
    assertThat(page(0xB1, THIN)).isEqualTo(padded("00 b1 003c 0001 0050 02"));
    assertThat(page(0xB1, FULL)).isEqualTo(padded("00 b1 003c 0000 0050 02"));
  }

  @Test
  void provisioning() {
    assertThat(page(0xB2, THIN)).isEqualTo(Bench.cdb("00 b2 0004 00 e4 02 00"));
    assertThat(page(0xB2, FULL, 80, 0)).isEqualTo(Bench.cdb("00 b2 0004 00 00 00 00"));
  }

  @Test
  void aThresholdIsCountedInMebibytes() {
    assertThat(page(0xB2, THIN, 80, 0)).isEqualTo(Bench.cdb("00 b2 0004 0b e4 02 00"));
    DeviceProfile large = new DeviceProfile(4096, 1 << 20, 0, false, false, true);
    assertThat(page(0xB2, large, 80, 0)).isEqualTo(Bench.cdb("00 b2 0004 08 e4 02 00"));
  }
}
