package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.junit.jupiter.api.Test;

class GetLbaStatusTest {
  private static final int BLOCK = 512;
  private static final int BLOCKS = 4096;

  private final Bench bench = new Bench(MemoryDevice.ofBlocks(BLOCKS));

  private Bench.Result ask(long lba, long allocation) {
    return bench.send(String.format("9e12 %016x %08x 00 00", lba, allocation));
  }

  private void unmap(int lba, int blocks) {
    bench.device.submit(new IoRequest.Unmap((long) lba * BLOCK, (long) blocks * BLOCK), _ -> {});
  }

  @Test
  void neighboursAreMergedAndTheFirstBeginsWhereItWasAsked() {
    unmap(10, 5);
    unmap(BLOCKS - 1, 1);
    assertThat(ask(3, 0xFFFF).good())
        .isEqualTo(
            Bench.cdb(
                "00000044 00000000"
                    + "0000000000000003 00000007 00 00 0000"
                    + "000000000000000a 00000005 01 00 0000"
                    + "000000000000000f 00000ff0 00 00 0000"
                    + "0000000000000fff 00000001 01 00 0000"));
    assertThat(ask(12, 24).good())
        .isEqualTo(Bench.cdb("00000034 00000000 000000000000000c 00000003 01 00 0000"));
  }

  @Test
  void theLastBlockAndNoneBeyond() {
    assertThat(ask(BLOCKS - 1, 24).good())
        .isEqualTo(Bench.cdb("00000014 00000000 0000000000000fff 00000001 00 00 0000"));
    Sense beyond = Sense.illegalRequest(SenseCode.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE);
    for (long lba : new long[] {BLOCKS, BLOCKS + 1, 1L << 63, -1}) {
      assertThat(ask(lba, 24).sense()).isEqualTo(beyond);
    }
  }

  @Test
  void aFullyProvisionedUnitIsMapped() {
    bench.device.profile(new DeviceProfile(4096, BLOCKS / 8, 0, false, false, false));
    assertThat(ask(1, 24).good())
        .isEqualTo(Bench.cdb("00000014 00000000 0000000000000001 000001ff 00 00 0000"));
    assertThat(bench.device.requests()).isEmpty();
  }

  @Test
  void oneCommandLooksAtAPart() {
    bench.device.profile(new DeviceProfile(512, 1L << 40, 0, false, false, false));
    assertThat(ask(1L << 39, 24).good())
        .isEqualTo(Bench.cdb("00000014 00000000 0000008000000000 00200000 00 00 0000"));
  }

  @Test
  void theNumberOfDescriptorsIsBounded() {
    for (int block = 0; block < BLOCKS; block += 2) {
      unmap(block, 1);
    }
    byte[] all = ask(0, 0xFFFF_FFFFL).good();
    assertThat(all).hasSize(8 + 16 * GetLbaStatus.MAXIMUM_DESCRIPTORS);
    assertThat(Arrays.copyOfRange(all, all.length - 16, all.length))
        .isEqualTo(Bench.cdb("00000000000003ff 00000001 00 00 0000"));
  }

  @Test
  void otherReportsAreRefused() {
    assertThat(bench.send("9e12 0000000000000000 00000018 01 00").sense())
        .isEqualTo(Sense.invalidFieldInCdb(14, 7));
  }

  @Test
  void aFaultIsTold() {
    bench.device.failNext(DeviceFault.READ_ERROR, 0);
    assertThat(ask(0, 24).sense().code()).isEqualTo(SenseCode.UNRECOVERED_READ_ERROR);
  }
}
