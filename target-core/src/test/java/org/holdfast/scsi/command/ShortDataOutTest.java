package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands whose initiator announces less Data-Out than the CDB asks for: what came is written, to
 * the byte, or the command is refused and nothing is (RFC 7143 clause 11.4.5.1).
 */
class ShortDataOutTest {
  private static final int BLOCK = 512;
  private static final byte OLD = 'a';
  private static final byte NEW = 'b';
  private static final Sense REFUSED =
      Sense.illegalRequest(SenseCode.INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT);

  private final Bench bench = new Bench();

  ShortDataOutTest() {
    Arrays.fill(bench.device.content(), OLD);
  }

  private static byte[] data(int length) {
    byte[] data = new byte[length];
    Arrays.fill(data, NEW);
    return data;
  }

  /** Blocks 4 and 5 begin with {@code length} new bytes, and nothing else has changed. */
  private void assertWritten(int length) {
    byte[] wanted = new byte[bench.device.content().length];
    Arrays.fill(wanted, OLD);
    Arrays.fill(wanted, 4 * BLOCK, 4 * BLOCK + length, NEW);
    assertThat(bench.device.content()).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0a 000004 02 00",
        "2a00 00000004 00 0002 00",
        "aa00 00000004 00000002 00 00",
        "8a00 0000000000000004 00000002 00 00",
        "2e00 00000004 00 0002 00",
        "2e02 00000004 00 0002 00",
        "ae02 00000004 00000002 00 00",
        "8e02 0000000000000004 00000002 00 00"
      })
  void whatCameIsWrittenToTheByte(String cdb) {
    for (int length : new int[] {0, 200, BLOCK, BLOCK + 1, 2 * BLOCK}) {
      Arrays.fill(bench.device.content(), OLD);
      assertThat(bench.offer(Bench.cdb(cdb), data(length)).outcome()).isEqualTo(Outcome.GOOD);
      assertWritten(length);
    }
  }

  @Test
  void everyPartIsStableWhenForced() {
    bench.offer(Bench.cdb("2a08 00000004 00 0002 00"), data(BLOCK + 1));
    assertThat(bench.device.requests())
        .hasExactlyElementsOfTypes(
            IoRequest.Read.class, IoRequest.Write.class, IoRequest.Write.class);
    assertThat(bench.device.requests().stream().skip(1))
        .allMatch(request -> ((IoRequest.Write) request).fua());
  }

  @Test
  void nobodyWritesTheLastBlockBetweenItsReadAndItsWrite() {
    bench.device.hold();
    Bench.Result part = bench.offer(Bench.cdb("2a00 00000004 00 0002 00"), data(BLOCK + 1));
    byte[] other = new byte[BLOCK];
    Arrays.fill(other, (byte) 'c');
    Bench.Result whole = bench.send(Bench.cdb("2a00 00000005 00 0001 00"), other);
    assertThat(bench.device.requests()).as("the write of a block waits").hasSize(1);
    for (int step = 0; step < 4; step++) {
      bench.device.release();
    }
    assertThat(part.outcome()).isEqualTo(Outcome.GOOD);
    assertThat(whole.outcome()).isEqualTo(Outcome.GOOD);
    assertThat(Arrays.copyOfRange(bench.device.content(), 5 * BLOCK, 6 * BLOCK)).isEqualTo(other);
  }

  @Test
  void aLastBlockThatCannotBeReadIsNotWritten() {
    bench.device.failNext(DeviceFault.READ_ERROR, 5 * BLOCK);
    assertThat(bench.offer(Bench.cdb("2a00 00000004 00 0002 00"), data(BLOCK + 1)).sense().code())
        .isEqualTo(SenseCode.UNRECOVERED_READ_ERROR);
    assertWritten(0);
  }

  @Test
  void verifyComparesWhatCame() {
    Arrays.fill(bench.device.content(), 4 * BLOCK, 4 * BLOCK + 600, NEW);
    byte[] verify = Bench.cdb("2f02 00000004 00 0002 00");
    assertThat(bench.offer(verify, data(0)).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.offer(verify, data(600)).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.offer(verify, data(601)).sense())
        .isEqualTo(
            Sense.of(SenseKey.MISCOMPARE, SenseCode.MISCOMPARE_DURING_VERIFY_OPERATION)
                .withInformation(600));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2f06 00000004 00 0002 00",
        "4100 00000004 00 0002 00",
        "9300 0000000000000004 00000002 0000"
      })
  void partOfAPatternIsRefused(String cdb) {
    for (int length : new int[] {0, 200}) {
      assertThat(bench.offer(Bench.cdb(cdb), data(length)).sense()).isEqualTo(REFUSED);
      assertWritten(0);
    }
  }
}
