package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.junit.jupiter.api.Test;

/** VERIFY, SYNCHRONIZE CACHE, START STOP UNIT, READ CAPACITY. */
class MediumCommandsTest {
  private static final int BLOCK = 512;
  private static final int BLOCKS = 8192;
  private static final Sense STOPPED =
      Sense.of(SenseKey.NOT_READY, SenseCode.LOGICAL_UNIT_NOT_READY_INITIALIZING_COMMAND_REQUIRED);

  private final Bench bench = new Bench(MemoryDevice.ofBlocks(BLOCKS));

  private byte[] fill() {
    new Random(7).nextBytes(bench.device.content());
    return bench.device.content();
  }

  private Bench.Result verify(int byteCheck, int lba, int blocks, byte[] data) {
    String cdb = String.format("af%02x %08x %08x 0000", byteCheck << 1, lba, blocks);
    return bench.send(Bench.cdb(cdb), data);
  }

  private static Sense miscompare(long offset) {
    return Sense.of(SenseKey.MISCOMPARE, SenseCode.MISCOMPARE_DURING_VERIFY_OPERATION)
        .withInformation(offset);
  }

  @Test
  void verifyReadsTheWholeRange() {
    Bench.Result all = verify(0, 1, BLOCKS - 1, new byte[0]);
    assertThat(all.wanted()).isZero();
    assertThat(all.outcome()).isEqualTo(Outcome.GOOD);
    long read =
        bench.device.requests().stream()
            .mapToLong(request -> ((IoRequest.Read) request).target().limit())
            .sum();
    assertThat(read).isEqualTo((BLOCKS - 1) * (long) BLOCK);
  }

  @Test
  void verifyTellsAFaultInTheMiddle() {
    bench.device.hold();
    Bench.Result result = verify(0, 0, BLOCKS, new byte[0]);
    bench.device.failNext(DeviceFault.READ_ERROR, 5000L * BLOCK);
    assertThat(bench.device.release()).isTrue();
    assertThat(result.ends()).isZero();
    assertThat(bench.device.release()).isTrue();
    assertThat(result.sense())
        .isEqualTo(
            Sense.of(SenseKey.MEDIUM_ERROR, SenseCode.UNRECOVERED_READ_ERROR)
                .withInformation(5000));
    assertThat(bench.device.requests()).hasSize(2);
  }

  @Test
  void verifyComparesAcrossPieces() {
    byte[] content = fill();
    int blocks = 5000;
    byte[] data = Arrays.copyOfRange(content, 3 * BLOCK, (3 + blocks) * BLOCK);
    Bench.Result same = verify(1, 3, blocks, data);
    assertThat(same.wanted()).isEqualTo(data.length);
    assertThat(same.outcome()).isEqualTo(Outcome.GOOD);
    for (int offset : new int[] {0, BLOCK, ChunkedRead.CHUNK - 1, ChunkedRead.CHUNK + 9}) {
      data[offset] ^= 0x10;
      assertThat(verify(1, 3, blocks, data).sense()).isEqualTo(miscompare(offset));
      data[offset] ^= 0x10;
    }
  }

  @Test
  void verifyComparesEveryBlockWithOne() {
    byte[] one = new byte[BLOCK];
    new Random(3).nextBytes(one);
    for (int block = 10; block < 10 + 3000; block++) {
      System.arraycopy(one, 0, bench.device.content(), block * BLOCK, BLOCK);
    }
    Bench.Result same = verify(3, 10, 3000, one);
    assertThat(same.wanted()).isEqualTo(BLOCK);
    assertThat(same.outcome()).isEqualTo(Outcome.GOOD);
    bench.device.content()[(10 + 2500) * BLOCK + 17] ^= 1;
    assertThat(verify(3, 10, 3000, one).sense()).isEqualTo(miscompare(2500L * BLOCK + 17));
    assertThat(verify(3, 10, 0, one).wanted()).isZero();
  }

  @Test
  void verifyRefusesTheReservedByteCheck() {
    Bench.Result result = verify(2, 0, 1, new byte[BLOCK]);
    assertThat(result.wanted()).isZero();
    assertThat(result.sense()).isEqualTo(Sense.invalidFieldInCdb(1, 2));
  }

  @Test
  void verifyBoundsWhatHasToBeSentOnly() {
    bench.device.profile(new DeviceProfile(512, 1L << 40, 0, false, false, false));
    Bench.Result result = verify(1, 0, 0x8001, new byte[0]);
    assertThat(result.wanted()).isZero();
    assertThat(result.sense()).isEqualTo(Sense.invalidFieldInCdb(6, 7));
  }

  @Test
  void verifyComparesTheBlocksThatCame() {
    byte[] content = fill();
    byte[] data = Arrays.copyOf(content, BLOCK + 100);
    assertThat(verify(1, 0, 2, data).outcome()).isEqualTo(Outcome.GOOD);
    data[BLOCK - 1] ^= 1;
    assertThat(verify(1, 0, 2, data).sense()).isEqualTo(miscompare(BLOCK - 1));
  }

  @Test
  void synchronizeCacheAnswersAfterTheFlushEvenWithImmed() {
    bench.device.hold();
    for (String cdb :
        new String[] {
          "3500 00000000 00 0000 00",
          "3502 00000001 00 0001 00",
          "9106 0000000000000000 00000000 0000"
        }) {
      bench.device.requests().clear();
      Bench.Result result = bench.send(cdb);
      assertThat(result.ends()).isZero();
      assertThat(bench.device.requests()).hasExactlyElementsOfTypes(IoRequest.Flush.class);
      bench.device.release();
      assertThat(result.outcome()).isEqualTo(Outcome.GOOD);
    }
  }

  @Test
  void aFlushThatFailsIsTold() {
    bench.device.failNext(DeviceFault.WRITE_ERROR, 0);
    assertThat(bench.send("3500 00000000 00 0000 00").sense().code())
        .isEqualTo(SenseCode.WRITE_ERROR);
  }

  @Test
  void aStoppedUnitIsNotReadyUntilStarted() {
    assertThat(bench.send("1b 00 0000 00 00").outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.device.requests()).hasExactlyElementsOfTypes(IoRequest.Flush.class);
    assertThat(bench.send("00 00 0000 00 00").sense()).isEqualTo(STOPPED);
    assertThat(bench.send("2800 00000000 00 0001 00").sense()).isEqualTo(STOPPED);
    assertThat(bench.send("2a00 00000000 00 0001 00").sense()).isEqualTo(STOPPED);
    assertThat(bench.send("03 00 0000 ff 00").good()).isEqualTo(STOPPED.encode());
    bench.send("12 00 0000 ff 00").good();
    assertThat(bench.send("1b 00 0000 01 00").outcome()).isEqualTo(Outcome.GOOD);
    bench.send("2800 00000000 00 0001 00").good();
  }

  @Test
  void aStopThatCannotFlushDoesNotStop() {
    bench.device.failNext(DeviceFault.WRITE_ERROR, 0);
    assertThat(bench.send("1b 00 0000 00 00").sense().code()).isEqualTo(SenseCode.WRITE_ERROR);
    assertThat(bench.send("00 00 0000 00 00").outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.send("1b 00 0000 04 00").outcome()).as("NO_FLUSH").isEqualTo(Outcome.GOOD);
    assertThat(bench.device.requests()).hasSize(1);
    assertThat(bench.send("00 00 0000 00 00").sense()).isEqualTo(STOPPED);
  }

  @Test
  void theMediumCannotBeEjectedOrLoaded() {
    assertThat(bench.send("1b 00 0000 02 00").sense()).isEqualTo(Sense.invalidFieldInCdb(4, 1));
    assertThat(bench.send("1b 00 0000 03 00").sense()).isEqualTo(Sense.invalidFieldInCdb(4, 1));
    assertThat(bench.send("00 00 0000 00 00").outcome()).isEqualTo(Outcome.GOOD);
  }

  @Test
  void powerConditionsChangeNothing() {
    for (int condition = 1; condition < 16; condition++) {
      Bench.Result result = bench.send(String.format("1b 00 0000 %x2 00", condition));
      switch (condition) {
        case 0x1, 0x2, 0x3, 0x7, 0xA, 0xB -> assertThat(result.outcome()).isEqualTo(Outcome.GOOD);
        default -> assertThat(result.sense()).isEqualTo(Sense.invalidFieldInCdb(4, 7));
      }
      assertThat(bench.send("00 00 0000 00 00").outcome()).isEqualTo(Outcome.GOOD);
    }
  }

  @Test
  void onlyStartingPassesAReservation() {
    assertThat(reservationClass("1b 00 0000 01 00")).isEqualTo(ReservationClass.ALWAYS_ALLOWED);
    assertThat(reservationClass("1b 00 0000 00 00")).isEqualTo(ReservationClass.MEDIUM_WRITE);
    assertThat(reservationClass("1b 00 0000 11 00")).isEqualTo(ReservationClass.MEDIUM_WRITE);
  }

  private static ReservationClass reservationClass(String cdb) {
    return StartStopUnit.RESERVATION.classOf(new Cdb(Bench.cdb(cdb)));
  }

  @Test
  void readCapacity() {
    assertThat(bench.send("2500 00000000 0000 00 00").good())
        .isEqualTo(Bench.cdb("00001fff 00000200"));
    byte[] wanted = Arrays.copyOf(Bench.cdb("0000000000001fff 00000200 00 03 c000"), 32);
    assertThat(bench.send("9e10 0000000000000000 000000ff 00 00").good()).isEqualTo(wanted);
  }

  @Test
  void readCapacityTellsAlignmentAndWhetherBlocksCanBeUnmapped() {
    bench.device.profile(new DeviceProfile(512, 64, 3, false, false, false, 8, 0x0107));
    assertThat(bench.send("9e10 0000000000000000 00000010 00 00").good())
        .isEqualTo(Bench.cdb("000000000000003f 00000200 00 03 0107"));
    bench.device.profile(new DeviceProfile(4096, 64, 0, false, false, true, 1, 0x3FFF));
    assertThat(bench.send("9e10 0000000000000000 00000010 00 00").good())
        .isEqualTo(Bench.cdb("000000000000003f 00001000 00 00 ffff"));
  }

  @Test
  void readCapacityOfManyBlocks() {
    bench.device.profile(new DeviceProfile(4096, 0x1_0000_0000L, 0, false, false, false));
    assertThat(bench.send("2500 00000000 0000 00 00").good())
        .isEqualTo(Bench.cdb("ffffffff 00001000"));
    bench.device.profile(new DeviceProfile(4096, 0x1_0000_0001L, 0, false, false, false));
    assertThat(bench.send("2500 00000000 0000 00 00").good())
        .isEqualTo(Bench.cdb("ffffffff 00001000"));
    assertThat(bench.send("9e10 0000000000000000 0000000c 00 00").good())
        .isEqualTo(Bench.cdb("0000000100000000 00001000"));
  }
}
