package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransferTest {
  private static final int BLOCK = 512;

  private final Bench bench = new Bench(MemoryDevice.ofBlocks(1024));

  private static byte[] random(int blocks) {
    byte[] data = new byte[blocks * BLOCK];
    new Random(blocks).nextBytes(data);
    return data;
  }

  @ParameterizedTest
  @CsvSource({
    "0a 000005 03 00, 08 000005 03 00",
    "2a00 00000005 00 0003 00, 2800 00000005 00 0003 00",
    "aa00 00000005 00000003 0000, a800 00000005 00000003 0000",
    "8a00 0000000000000005 00000003 0000, 8800 0000000000000005 00000003 0000",
  })
  void whatWasWrittenIsRead(String write, String read) {
    byte[] data = random(3);
    Bench.Result written = bench.send(Bench.cdb(write), data);
    assertThat(written.wanted()).isEqualTo(data.length);
    assertThat(written.outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.device.content()).startsWith(new byte[5 * BLOCK]);
    assertThat(Arrays.copyOfRange(bench.device.content(), 5 * BLOCK, 8 * BLOCK)).isEqualTo(data);
    assertThat(bench.send(read).good()).isEqualTo(data);
  }

  @Test
  void zeroMeans256InSixByteCommands() {
    byte[] data = random(256);
    assertThat(bench.send(Bench.cdb("0a 000000 00 00"), data).wanted()).isEqualTo(data.length);
    assertThat(bench.send("08 000000 00 00").good()).isEqualTo(data);
  }

  @Test
  void fuaOfAWriteReachesTheDevice() {
    byte[] data = random(1);
    int[] flags = {0x00, 0x08, 0x02, 0x10};
    boolean[] fua = {false, true, true, false};
    for (int i = 0; i < flags.length; i++) {
      bench.device.requests().clear();
      bench.send(Bench.cdb(String.format("2a%02x 00000001 00 0001 00", flags[i])), data);
      assertThat(bench.device.requests()).hasSize(1);
      assertThat(((IoRequest.Write) bench.device.requests().getFirst()).fua()).isEqualTo(fua[i]);
    }
  }

  @Test
  void fuaOfAReadFlushesAVolatileCacheFirst() {
    bench.send("2808 00000000 00 0001 00").good();
    assertThat(bench.device.requests()).hasSize(1);
    bench.device.requests().clear();
    bench.device.profile(new DeviceProfile(512, 1024, 0, true, false, false));
    bench.send("2808 00000000 00 0001 00").good();
    assertThat(bench.device.requests())
        .hasExactlyElementsOfTypes(IoRequest.Flush.class, IoRequest.Read.class);
  }

  @Test
  void aTransferAboveTheAdvertisedMaximumIsRefusedWithoutItsData() {
    bench.device.profile(new DeviceProfile(512, 1L << 40, 0, false, false, false));
    Bench.Result tooLong = bench.send("aa00 00000000 00008001 0000");
    assertThat(tooLong.wanted()).isZero();
    assertThat(tooLong.sense()).isEqualTo(Sense.invalidFieldInCdb(6, 7));
    Bench.Result huge = bench.send("8a00 0000000000000000 ffffffff 0000");
    assertThat(huge.wanted()).isZero();
    assertThat(huge.sense()).isEqualTo(Sense.invalidFieldInCdb(10, 7));
    assertThat(bench.send("8800 0000000000000000 ffffffff 0000").sense())
        .isEqualTo(Sense.invalidFieldInCdb(10, 7));
    assertThat(bench.device.requests()).isEmpty();
  }

  @Test
  void aReadOnlyMappingAndAReadOnlyDeviceRefuseWrites() {
    Sense refused = Sense.of(SenseKey.DATA_PROTECT, SenseCode.WRITE_PROTECTED);
    ItNexus reader = bench.login(LunMap.of(Map.of(0, new LunMap.MappedLun(bench.unit, true))));
    bench.unit.takeUnitAttention(reader);
    byte[] write = Bench.cdb("2a00 00000000 00 0001 00");
    assertThat(bench.send(reader, 0, write.clone(), random(1)).sense()).isEqualTo(refused);
    assertThat(bench.send(reader, 0, Bench.cdb("2800 00000000 00 0001 00"), new byte[0]).good())
        .hasSize(BLOCK);
    bench.device.profile(new DeviceProfile(512, 1024, 0, false, true, false));
    assertThat(bench.send(write, random(1)).sense()).isEqualTo(refused);
    assertThat(bench.device.content()).containsOnly(0);
  }

  @Test
  void aFaultNamesTheBlockInTheSense() {
    bench.device.failNext(DeviceFault.READ_ERROR, 7 * BLOCK);
    assertThat(bench.send("2800 00000005 00 0004 00").sense())
        .isEqualTo(
            Sense.of(SenseKey.MEDIUM_ERROR, SenseCode.UNRECOVERED_READ_ERROR).withInformation(7));
    bench.device.failNext(DeviceFault.WRITE_ERROR, 5 * BLOCK);
    assertThat(bench.send(Bench.cdb("2a00 00000005 00 0004 00"), random(4)).sense())
        .isEqualTo(Sense.of(SenseKey.MEDIUM_ERROR, SenseCode.WRITE_ERROR).withInformation(5));
    bench.device.failNext(DeviceFault.QUEUE_FULL, 0);
    assertThat(bench.send("2800 00000005 00 0004 00").outcome()).isEqualTo(Outcome.TASK_SET_FULL);
  }

  @Test
  void aFlushThatFailsBeforeAForcedReadIsTold() {
    bench.device.profile(new DeviceProfile(512, 1024, 0, true, false, false));
    bench.device.failNext(DeviceFault.WRITE_ERROR, 0);
    assertThat(bench.send("2808 00000000 00 0001 00").sense().code())
        .isEqualTo(SenseCode.WRITE_ERROR);
  }

  @Test
  void theTaskEndsWhenTheDeviceSaysSo() {
    bench.device.hold();
    Bench.Result read = bench.send("2800 00000000 00 0001 00");
    assertThat(read.ends()).isZero();
    assertThat(bench.device.release()).isTrue();
    assertThat(read.good()).hasSize(BLOCK);
  }
}
