package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteSameTest {
  private static final int BLOCK = 512;
  private static final int BLOCKS = 8192;
  private static final int UNMAP = 0x08;
  private static final int NDOB = 0x01;

  private final Bench bench = new Bench(MemoryDevice.ofBlocks(BLOCKS));
  private byte[] before;

  @BeforeEach
  void fill() {
    new Random(5).nextBytes(bench.device.content());
    before = bench.device.content().clone();
  }

  private static byte[] cdb(int length, int flags, long lba, long blocks) {
    return Bench.cdb(
        length == 10
            ? String.format("41%02x %08x 00 %04x 00", flags, lba, blocks)
            : String.format("93%02x %016x %08x 00 00", flags, lba, blocks));
  }

  private static byte[] pattern() {
    byte[] block = new byte[BLOCK];
    new Random(9).nextBytes(block);
    return block;
  }

  private void assertFilled(int lba, int blocks, byte[] block) {
    byte[] wanted = before.clone();
    for (int at = lba; at < lba + blocks; at++) {
      System.arraycopy(block, 0, wanted, at * BLOCK, BLOCK);
    }
    assertThat(bench.device.content()).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 16})
  void theBlockIsWrittenOnAllOfTheRange(int length) {
    Bench.Result result = bench.offer(cdb(length, 0, 3, 5000), pattern());
    assertThat(result.wanted()).isEqualTo(BLOCK);
    assertThat(result.outcome()).isEqualTo(Outcome.GOOD);
    assertFilled(3, 5000, pattern());
    assertThat(bench.device.requests()).hasSize(3).hasOnlyElementsOfType(IoRequest.Write.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 16})
  void zerosAreWrittenAsZerosAndStayMappedWithoutUnmap(int length) {
    assertThat(bench.offer(cdb(length, 0, 3, 9), new byte[BLOCK]).outcome())
        .isEqualTo(Outcome.GOOD);
    assertThat(bench.device.requests())
        .containsExactly(new IoRequest.WriteZeroes(3 * BLOCK, 9 * BLOCK, false, false));
    assertFilled(3, 9, new byte[BLOCK]);
    assertThat(bench.device.mapped(3)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 16})
  void zerosAreUnmappedWithUnmap(int length) {
    assertThat(bench.offer(cdb(length, UNMAP, 3, 9), new byte[BLOCK]).outcome())
        .isEqualTo(Outcome.GOOD);
    assertFilled(3, 9, new byte[BLOCK]);
    assertThat(bench.device.mapped(2)).isTrue();
    assertThat(bench.device.mapped(3)).isFalse();
    assertThat(bench.device.mapped(11)).isFalse();
    assertThat(bench.device.mapped(12)).isTrue();
  }

  @Test
  void aPatternIsWrittenEvenWithUnmap() {
    byte[] almostZero = new byte[BLOCK];
    almostZero[BLOCK - 1] = 1;
    assertThat(bench.offer(cdb(16, UNMAP, 3, 9), almostZero).outcome()).isEqualTo(Outcome.GOOD);
    assertFilled(3, 9, almostZero);
    assertThat(bench.device.mapped(3)).isTrue();
  }

  @Test
  void withoutDataOutTheBlockIsZeros() {
    Bench.Result result = bench.offer(cdb(16, NDOB, 3, 9), new byte[0]);
    assertThat(result.wanted()).isZero();
    assertThat(result.outcome()).isEqualTo(Outcome.GOOD);
    assertFilled(3, 9, new byte[BLOCK]);
    assertThat(bench.offer(cdb(16, NDOB | UNMAP, 3, 9), new byte[0]).outcome())
        .isEqualTo(Outcome.GOOD);
    assertThat(bench.device.mapped(3)).isFalse();
    assertThat(bench.offer(cdb(10, NDOB, 3, 9), new byte[0]).sense())
        .as("in ten bytes the bit is reserved")
        .isEqualTo(Sense.invalidFieldInCdb(1, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 16})
  void noBlocksMeansAllUpToTheLast(int length) {
    assertThat(bench.offer(cdb(length, 0, BLOCKS - 300, 0), pattern()).outcome())
        .isEqualTo(Outcome.GOOD);
    assertFilled(BLOCKS - 300, 300, pattern());
  }

  @Test
  void theLengthIsLimitedHoweverItIsAskedFor() {
    bench.device.profile(new DeviceProfile(512, 0x10000, 0, false, false, true));
    assertThat(bench.offer(cdb(16, NDOB, 0, 0x8001), new byte[0]).sense())
        .isEqualTo(Sense.invalidFieldInCdb(10, 7));
    assertThat(bench.offer(cdb(16, NDOB, 0x7FFF, 0), new byte[0]).sense())
        .isEqualTo(Sense.invalidFieldInCdb(10, 7));
    assertThat(bench.offer(cdb(10, 0, 0x7FFF, 0), new byte[BLOCK]).sense())
        .isEqualTo(Sense.invalidFieldInCdb(7, 7));
    assertThat(bench.device.requests()).isEmpty();
  }

  @Test
  void exactlyOneBlockHasToBeOffered() {
    Sense refused = Sense.illegalRequest(SenseCode.INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT);
    for (int bytes : new int[] {0, BLOCK / 2, BLOCK - 1, BLOCK + 1, 2 * BLOCK}) {
      assertThat(bench.offer(cdb(16, UNMAP, 0, 1), new byte[bytes]).sense())
          .as("%d bytes", bytes)
          .isEqualTo(refused);
    }
    assertThat(bench.device.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 16})
  void whatIsNotSupportedIsRefused(int length) {
    assertThat(bench.offer(cdb(length, 0x18, 0, 1), pattern()).sense())
        .as("ANCHOR")
        .isEqualTo(Sense.invalidFieldInCdb(1, 4));
    assertThat(bench.offer(cdb(length, 0x04, 0, 1), pattern()).sense())
        .as("PBDATA")
        .isEqualTo(Sense.invalidFieldInCdb(1, 2));
    assertThat(bench.offer(cdb(length, 0x02, 0, 1), pattern()).sense())
        .as("LBDATA")
        .isEqualTo(Sense.invalidFieldInCdb(1, 1));
    bench.device.profile(new DeviceProfile(512, BLOCKS, 0, false, false, false));
    assertThat(bench.offer(cdb(length, UNMAP, 0, 1), new byte[BLOCK]).sense())
        .as("UNMAP on a fully provisioned unit")
        .isEqualTo(Sense.invalidFieldInCdb(1, 3));
    bench.device.profile(new DeviceProfile(512, BLOCKS, 0, false, true, true));
    assertThat(bench.offer(cdb(length, 0, 0, 1), pattern()).sense())
        .isEqualTo(Sense.of(SenseKey.DATA_PROTECT, SenseCode.WRITE_PROTECTED));
    assertThat(bench.device.requests()).isEmpty();
  }

  @Test
  void blocksOf4096Bytes() {
    bench.device.profile(new DeviceProfile(4096, 1024, 0, false, false, true));
    byte[] block = new byte[4096];
    Arrays.fill(block, (byte) 0xA6);
    assertThat(bench.offer(cdb(16, 0, 1, 300), block).outcome()).isEqualTo(Outcome.GOOD);
    Arrays.fill(before, 4096, 301 * 4096, (byte) 0xA6);
    assertThat(bench.device.content()).isEqualTo(before);
  }

  @Test
  void aFaultEndsIt() {
    bench.device.failNext(DeviceFault.NO_SPACE, 0);
    assertThat(bench.offer(cdb(16, 0, 0, 5000), pattern()).sense().code())
        .isEqualTo(SenseCode.SPACE_ALLOCATION_FAILED_WRITE_PROTECT);
    assertThat(bench.device.requests()).hasSize(1);
  }

  @Test
  void anAbortEndsItBetweenTwoPieces() {
    bench.device.hold();
    Bench.Result result = bench.offer(cdb(16, 0, 0, 5000), pattern());
    bench.device.release();
    assertThat(bench.device.requests()).hasSize(2);
    bench.reset();
    bench.device.release();
    assertThat(result.outcome()).isEqualTo(Outcome.ABORTED);
    assertThat(bench.device.requests()).hasSize(2);
  }

  @Test
  void itOverlapsUpToTheEndWhenItNamesNoBlocks() {
    Layout layout = new WriteSame(16).layout();
    Cdb toTheEnd = new Cdb(cdb(16, 0, 100, 0));
    assertThat(layout.overlapsToTheLast(toTheEnd, 0, 100)).isFalse();
    assertThat(layout.overlapsToTheLast(toTheEnd, 0, 101)).isTrue();
    assertThat(layout.overlapsToTheLast(toTheEnd, BLOCKS - 1, 1)).isTrue();
    Cdb ten = new Cdb(cdb(16, 0, 100, 10));
    assertThat(layout.overlapsToTheLast(ten, 109, 1)).isTrue();
    assertThat(layout.overlapsToTheLast(ten, 110, 1)).isFalse();
  }
}
