package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.InitiatorNames;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.holdfast.scsi.UnitOptions;
import org.junit.jupiter.api.Test;

/** What the device server tells of itself and lets itself be told. */
class InformationCommandsTest {
  private final MemorySettings settings = new MemorySettings();
  private final Bench bench =
      new Bench(MemoryDevice.ofBlocks(64), UnitOptions.FIXED_DISK, settings);

  private static byte[] bytes(String hex) {
    return Bench.cdb(hex);
  }

  private Bench.Result identify(int type, byte[] information) {
    String cdb = String.format("a406 00000000 %08x %02x 00", information.length, type << 1);
    return bench.send(bytes(cdb), information);
  }

  private static byte[] identification(Bench of, int type) {
    return of.send(String.format("a305 00000000 0000ffff %02x 00", type << 1)).good();
  }

  @Test
  void identifyingInformationIsKept() {
    assertThat(identification(bench, 0)).isEqualTo(new byte[4]);
    ItNexus other = bench.another();
    identify(0, bytes("00 ff 0a 3d")).good();
    identify(2, "Bücher".getBytes(StandardCharsets.UTF_8)).good();
    assertThat(bench.attention(other)).isEqualTo(SenseCode.DEVICE_IDENTIFIER_CHANGED);
    assertThat(bench.attention(bench.nexus)).isNull();
    Bench next = new Bench(MemoryDevice.ofBlocks(8), UnitOptions.FIXED_DISK, settings.copy());
    assertThat(identification(next, 0)).isEqualTo(bytes("0000 0004 00ff0a3d"));
    assertThat(identification(next, 2)).isEqualTo(bytes("0000 0007 42c3bc63686572"));
    assertThat(identification(next, 0x7F)).isEqualTo(bytes("0000 0008 0000 0040 0400 0100"));
    identify(0, new byte[0]).good();
    assertThat(identification(bench, 0)).isEqualTo(new byte[4]);
  }

  @Test
  void identifyingInformationThatDoesNotFitIsRefused() {
    identify(0, new byte[64]).good();
    assertThat(identify(0, new byte[65]).sense()).isEqualTo(Sense.invalidFieldInCdb(6, 7));
    assertThat(identify(2, new byte[257]).sense()).isEqualTo(Sense.invalidFieldInCdb(6, 7));
    assertThat(identify(1, new byte[1]).sense()).isEqualTo(Sense.invalidFieldInCdb(10, 7));
    assertThat(identify(2, bytes("c3")).sense())
        .isEqualTo(Sense.invalidFieldInParameterList(0, -1));
    assertThat(bench.send("a305 00000000 0000ffff 02 00").sense())
        .isEqualTo(Sense.invalidFieldInCdb(10, 7));
    settings.fail("disk full");
    assertThat(identify(0, bytes("01")).sense())
        .isEqualTo(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE));
    assertThat(identification(bench, 0)).hasSize(68);
  }

  @Test
  void theTimestampIsTheWallClockUntilItIsSet() {
    bench.now = Instant.ofEpochMilli(0x0199_ABCD_EF01L);
    String report = "a30f 00000000 0000ffff 0000";
    assertThat(bench.send(report).good()).isEqualTo(bytes("000a 03 00 0199abcdef01 0000"));
    ItNexus other = bench.another();
    bench.send(bytes("a40f 00000000 0000000c 0000"), bytes("00000000 ffffffffffff 0000")).good();
    assertThat(bench.attention(other)).isEqualTo(SenseCode.TIMESTAMP_CHANGED);
    assertThat(bench.send(report).good()).isEqualTo(bytes("000a 02 00 ffffffffffff 0000"));
    bench.now = bench.now.plusMillis(3);
    assertThat(bench.send(report).good()).isEqualTo(bytes("000a 02 00 000000000002 0000"));
    for (String length : new String[] {"0000000b", "0000000d", "ffffffff"}) {
      assertThat(bench.send(bytes("a40f 00000000" + length + "0000"), new byte[64]).sense())
          .isEqualTo(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR));
    }
    assertThat(bench.send("a40f 00000000 00000000 0000").outcome()).isEqualTo(Outcome.GOOD);
  }

  @Test
  void thePriorityOfANexusIsNone() {
    byte[] own = bench.send("a30e 00 000000 0000ffff 0000").good();
    assertThat(own).startsWith(bytes("0000003c 0000 0007 0000 0034 45 00 0030"));
    assertThat(new String(own, 16, own.length - 16, StandardCharsets.UTF_8))
        .startsWith("iqn.2026-11.org.example:host,i,0x000000000001\0");
    assertThat(bench.send("a30e 40 000000 0000ffff 0000").good()).isEqualTo(new byte[4]);
    assertThat(bench.send("a30e 80 000000 0000ffff 0000").sense())
        .isEqualTo(Sense.invalidFieldInCdb(2, 7));
  }

  @Test
  void taskManagementFunctionsAreToldFromTheEngines() {
    byte[] basic = bench.send("a30d 00 000000 0000ffff 0000").good();
    assertThat(basic).hasSize(4).startsWith(0xD8).endsWith(0);
    assertThat(bench.send("a30d 80 000000 0000ffff 0000").good())
        .hasSize(16)
        .startsWith(basic[0], basic[1], 0, 0x0C);
  }

  @Test
  void theMediumHasTheUnitsSerialNumber() {
    assertThat(bench.send("ab01 00000000 0000ffff 0000").good())
        .isEqualTo(bytes("00000008 534e2d3030303100"));
  }

  @Test
  void theSelfTestReadsTheEndsOfTheMedium() {
    bench.send("1d 04 00 0000 00").good();
    assertThat(bench.device.requests())
        .extracting(request -> ((IoRequest.Read) request).offset())
        .containsExactly(0L, 63L * 512);
    bench.device.failNext(DeviceFault.READ_ERROR, 0);
    assertThat(bench.send("1d 04 00 0000 00").sense())
        .isEqualTo(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.LOGICAL_UNIT_FAILED_SELF_TEST));
    bench.device.failNext(DeviceFault.QUEUE_FULL, 0);
    assertThat(bench.send("1d 04 00 0000 00").outcome()).isEqualTo(Outcome.TASK_SET_FULL);
  }

  @Test
  void oneDiagnosticPageCanBeSentAndReceived() {
    bench.send(bytes("1d 10 00 0004 00"), new byte[4]).good();
    assertThat(bench.send("1c 01 00 ffff 00").good()).isEqualTo(bytes("00 00 0001 00"));
    assertThat(bench.send("1c 00 00 ffff 00").good()).isEqualTo(bytes("00 00 0001 00"));
    assertThat(bench.send("1c 01 01 ffff 00").sense()).isEqualTo(Sense.invalidFieldInCdb(2, 7));
    assertThat(bench.send(bytes("1d 10 00 0004 00"), bytes("01000000")).sense())
        .isEqualTo(Sense.invalidFieldInParameterList(0, -1));
    assertThat(bench.send(bytes("1d 10 00 0004 00"), bytes("00000001")).sense())
        .isEqualTo(Sense.invalidFieldInParameterList(2, -1));
    assertThat(bench.send(bytes("1d 10 00 0003 00"), new byte[3]).sense())
        .isEqualTo(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR));
    assertThat(bench.send(bytes("1d 00 00 0004 00"), new byte[4]).sense())
        .isEqualTo(Sense.invalidFieldInCdb(1, 4));
    assertThat(bench.send(bytes("1d 14 00 0004 00"), new byte[4]).sense())
        .isEqualTo(Sense.invalidFieldInCdb(3, 7));
    assertThat(bench.send("1d 20 00 0000 00").sense()).isEqualTo(Sense.invalidFieldInCdb(1, 7));
    assertThat(bench.send("1d 00 00 0000 00").outcome()).isEqualTo(Outcome.GOOD);
  }

  @Test
  void theInquiryDataSaysWhatTheUnitIs() {
    Bench removable =
        new Bench(MemoryDevice.ofBlocks(8), new UnitOptions(true, 0), new MemorySettings());
    assertThat(removable.send("120000000800").good()).startsWith(bytes("00 80 06 12 5b 38"));
    assertThat(bench.send("120000000800").good()).startsWith(bytes("00 00 06 12 5b 38"));
  }

  @Test
  void thePagesOnPortsAndPolicies() {
    assertThat(bench.send("12018500ff00").good()).isEqualTo(bytes("00 85 0000"));
    assertThat(bench.send("12018600ff00").good())
        .hasSize(64)
        .startsWith(bytes("00 86 003c 00 07 00 01 00"));
    assertThat(bench.send("12018700ff00").good()).isEqualTo(bytes("00 87 0004 3fff0000"));
    bench.unit.exposeAt(
        new TargetPort("iqn.2026-11.org.holdfast:bench", 3, 1), InitiatorNames.NONE);
    byte[] ports = bench.send("12018800ff00").good();
    assertThat(ports).hasSize(4 + 2 * (12 + 44));
    assertThat(ports).startsWith(bytes("00 88 0070 0000 0001 0000 0000 0000 002c 53 98 0028"));
    assertThat(new String(ports, StandardCharsets.US_ASCII))
        .contains("iqn.2026-11.org.holdfast:bench,t,0x0003\0")
        .contains("iqn.2026-11.org.holdfast:bench,t,0x0002\0");
  }

  @Test
  void aVolatileCacheIsToldEvenWhileItIsOff() {
    MemoryDevice cached = new MemoryDevice(new DeviceProfile(512, 64, 0, true, false, false));
    Bench on = new Bench(cached, UnitOptions.FIXED_DISK, settings);
    assertThat(on.send("12018600ff00").good()[6]).isEqualTo((byte) 0x01);
    on.send(bytes("1510 0000 18 00"), bytes("00000000 0812 00" + "00".repeat(17))).good();
    assertThat(on.send("12018600ff00").good()[6]).isEqualTo((byte) 0x01);
  }
}
