package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WriteAtomicTest {
  private static final int BLOCK = 512;

  private final Bench bench = new Bench(MemoryDevice.ofBlocks(1024));

  @BeforeEach
  void promise() {
    bench.device.atomicWriteLimit(300 * BLOCK + 1);
  }

  private static byte[] cdb(int flags, long lba, int blocks) {
    return Bench.cdb(String.format("9c%02x %016x 0000 %04x 00 00", flags, lba, blocks));
  }

  private static byte[] random(int blocks) {
    byte[] data = new byte[blocks * BLOCK];
    new Random(blocks).nextBytes(data);
    return data;
  }

  @Test
  void allIsWrittenWithOneRequest() {
    for (int blocks : new int[] {1, 300}) {
      bench.device.requests().clear();
      Bench.Result result = bench.offer(cdb(0, 7, blocks), random(blocks));
      assertThat(result.wanted()).isEqualTo(blocks * BLOCK);
      assertThat(result.outcome()).isEqualTo(Outcome.GOOD);
      assertThat(Arrays.copyOfRange(bench.device.content(), 7 * BLOCK, (7 + blocks) * BLOCK))
          .isEqualTo(random(blocks));
      assertThat(bench.device.requests()).hasExactlyElementsOfTypes(IoRequest.Write.class);
    }
  }

  @Test
  void fuaReachesTheDevice() {
    for (int flags : new int[] {0x00, 0x10, 0x08}) {
      bench.device.requests().clear();
      bench.offer(cdb(flags, 0, 1), random(1));
      IoRequest.Write write = (IoRequest.Write) bench.device.requests().getLast();
      assertThat(write.fua()).as("%02x", flags).isEqualTo(flags == 0x08);
    }
  }

  @Test
  void noMoreThanTheDevicePromises() {
    Bench.Result result = bench.offer(cdb(0, 0, 301), random(301));
    assertThat(result.wanted()).isZero();
    assertThat(result.sense()).isEqualTo(Sense.invalidFieldInCdb(12, 7));
    assertThat(bench.device.requests()).isEmpty();
  }

  @Test
  void aPartOfTheDataIsNotWritten() {
    assertThat(bench.offer(cdb(0, 0, 2), random(1)).sense())
        .isEqualTo(Sense.invalidFieldInCdb(12, 7));
    assertThat(bench.device.requests()).isEmpty();
    assertThat(bench.offer(cdb(0, 0, 0), new byte[0]).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.offer(cdb(0, 0, 1), random(2)).outcome())
        .as("more than wanted is a residual")
        .isEqualTo(Outcome.GOOD);
  }

  @Test
  void boundariesAreNotSupported() {
    assertThat(bench.send("9c00 0000000000000000 0001 0000 00 00").sense())
        .isEqualTo(Sense.invalidFieldInCdb(10, 7));
  }

  @Test
  void whereTheDevicePromisesNothingThereIsNoSuchCommand() {
    bench.device.atomicWriteLimit(0);
    Bench.Result result = bench.offer(cdb(0, 0, 1), random(1));
    assertThat(result.wanted()).isZero();
    assertThat(result.sense())
        .isEqualTo(Sense.illegalRequest(SenseCode.INVALID_COMMAND_OPERATION_CODE));
    assertThat(bench.send("a30c 01 9c 0000 00000100 0000").good())
        .as("REPORT SUPPORTED OPERATION CODES")
        .isEqualTo(Bench.cdb("00010000"));
    bench.device.atomicWriteLimit(BLOCK);
    assertThat(bench.send("a30c 01 9c 0000 00000100 0000").good()).startsWith(0, 3, 0, 16);
  }

  @Test
  void aReadOnlyUnitRefusesAndFaultsAreTold() {
    bench.device.failNext(DeviceFault.NO_SPACE, 0);
    assertThat(bench.offer(cdb(0, 0, 1), random(1)).sense().code())
        .isEqualTo(SenseCode.SPACE_ALLOCATION_FAILED_WRITE_PROTECT);
    bench.device.profile(new DeviceProfile(512, 1024, 0, false, true, true));
    assertThat(bench.offer(cdb(0, 0, 1), random(1)).sense())
        .isEqualTo(Sense.of(SenseKey.DATA_PROTECT, SenseCode.WRITE_PROTECTED));
  }
}
