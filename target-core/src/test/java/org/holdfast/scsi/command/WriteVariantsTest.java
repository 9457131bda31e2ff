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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ORWRITE and WRITE AND VERIFY. */
class WriteVariantsTest {
  private static final int BLOCK = 512;
  private static final int BLOCKS = 8192;

  private final Bench bench = new Bench(MemoryDevice.ofBlocks(BLOCKS));

  private static byte[] random(int blocks) {
    byte[] data = new byte[blocks * BLOCK];
    new Random(blocks).nextBytes(data);
    return data;
  }

  private static byte[] orWrite(int flags, long lba, long blocks) {
    return Bench.cdb(String.format("8b%02x %016x %08x 00 00", flags, lba, blocks));
  }

  @Test
  void orWriteSetsBitsAcrossPieces() {
    byte[] content = bench.device.content();
    new Random(1).nextBytes(content);
    int blocks = 5000;
    byte[] data = random(blocks);
    byte[] wanted = content.clone();
    for (int at = 0; at < data.length; at++) {
      wanted[3 * BLOCK + at] |= data[at];
    }
    assertThat(bench.offer(orWrite(0, 3, blocks), data).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(content).isEqualTo(wanted);
  }

  @Test
  void orWriteForcesUnitAccessWhenAsked() {
    for (int flags : new int[] {0x00, 0x10, 0x08, 0x02}) {
      bench.device.requests().clear();
      bench.offer(orWrite(flags, 0, 1), random(1));
      assertThat(bench.device.requests())
          .hasExactlyElementsOfTypes(IoRequest.Read.class, IoRequest.Write.class);
      IoRequest.Write write = (IoRequest.Write) bench.device.requests().getLast();
      assertThat(write.fua()).as("%02x", flags).isEqualTo((flags & 0x0A) != 0);
    }
  }

  @Test
  void orWriteLeavesAloneWhatTheInitiatorDidNotSend() {
    byte[] data = new byte[2 * BLOCK - 1];
    Arrays.fill(data, (byte) 0x0F);
    Arrays.fill(bench.device.content(), 0, 3 * BLOCK, (byte) 0x30);
    assertThat(bench.offer(orWrite(0, 0, 2), data).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(Arrays.copyOf(bench.device.content(), data.length)).containsOnly(0x3F);
    assertThat(Arrays.copyOfRange(bench.device.content(), data.length, 3 * BLOCK))
        .containsOnly(0x30);
  }

  @Test
  void orWriteBoundsWhatItMoves() {
    bench.device.profile(new DeviceProfile(512, 1L << 40, 0, false, false, true));
    Bench.Result result = bench.send(orWrite(0, 0, 0x8001), new byte[0]);
    assertThat(result.wanted()).isZero();
    assertThat(result.sense()).isEqualTo(Sense.invalidFieldInCdb(10, 7));
  }

  private static byte[] writeAndVerify(int length, int byteCheck, long lba, int blocks) {
    String cdb =
        switch (length) {
          case 10 -> String.format("2e%02x %08x 00 %04x 00", byteCheck << 1, lba, blocks);
          case 12 -> String.format("ae%02x %08x %08x 0000", byteCheck << 1, lba, blocks);
          default -> String.format("8e%02x %016x %08x 0000", byteCheck << 1, lba, blocks);
        };
    return Bench.cdb(cdb);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 12, 16})
  void whatIsWrittenIsStableAndReadBack(int length) {
    for (int byteCheck = 0; byteCheck < 2; byteCheck++) {
      bench.device.requests().clear();
      byte[] data = random(3 + byteCheck);
      assertThat(bench.offer(writeAndVerify(length, byteCheck, 5, 3 + byteCheck), data).outcome())
          .isEqualTo(Outcome.GOOD);
      assertThat(Arrays.copyOfRange(bench.device.content(), 5 * BLOCK, 5 * BLOCK + data.length))
          .isEqualTo(data);
      assertThat(bench.device.requests())
          .hasExactlyElementsOfTypes(IoRequest.Write.class, IoRequest.Read.class);
      assertThat(((IoRequest.Write) bench.device.requests().getFirst()).fua()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 12, 16})
  void reservedByteChecksAreRefusedWithoutData(int length) {
    for (int byteCheck = 2; byteCheck < 4; byteCheck++) {
      Bench.Result result = bench.offer(writeAndVerify(length, byteCheck, 0, 1), random(1));
      assertThat(result.wanted()).isZero();
      assertThat(result.sense()).isEqualTo(Sense.invalidFieldInCdb(1, 2));
    }
  }

  @Test
  void aMediumThatReturnsSomethingElseIsToldOnlyWhenBytesAreChecked() {
    for (int byteCheck = 0; byteCheck < 2; byteCheck++) {
      bench.device.hold();
      Bench.Result result = bench.offer(writeAndVerify(10, byteCheck, 4, 3), random(3));
      bench.device.release();
      bench.device.content()[5 * BLOCK + 9] ^= 1;
      bench.device.release();
      if (byteCheck == 0) {
        assertThat(result.outcome()).isEqualTo(Outcome.GOOD);
      } else {
        assertThat(result.sense())
            .isEqualTo(
                Sense.of(SenseKey.MISCOMPARE, SenseCode.MISCOMPARE_DURING_VERIFY_OPERATION)
                    .withInformation(BLOCK + 9));
      }
    }
  }

  @Test
  void aFaultOfEitherHalfIsTold() {
    bench.device.failNext(DeviceFault.WRITE_ERROR, 4 * BLOCK);
    assertThat(bench.offer(writeAndVerify(10, 1, 4, 1), random(1)).sense().code())
        .isEqualTo(SenseCode.WRITE_ERROR);
    bench.device.hold();
    Bench.Result result = bench.offer(writeAndVerify(10, 0, 4, 1), random(1));
    bench.device.failNext(DeviceFault.READ_ERROR, 4 * BLOCK);
    bench.device.release();
    bench.device.release();
    assertThat(result.sense().code()).isEqualTo(SenseCode.UNRECOVERED_READ_ERROR);
  }

  @Test
  void bothAreWrites() {
    bench.device.profile(new DeviceProfile(512, BLOCKS, 0, false, true, false));
    Sense refused = Sense.of(SenseKey.DATA_PROTECT, SenseCode.WRITE_PROTECTED);
    assertThat(bench.offer(orWrite(0, 0, 1), random(1)).sense()).isEqualTo(refused);
    assertThat(bench.offer(writeAndVerify(10, 1, 0, 1), random(1)).sense()).isEqualTo(refused);
    assertThat(bench.device.requests()).isEmpty();
  }
}
