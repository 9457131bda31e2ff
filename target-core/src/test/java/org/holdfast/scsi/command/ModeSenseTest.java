package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.junit.jupiter.api.Test;

class ModeSenseTest {
  private static final String ERROR_RECOVERY = "01 0a 00000000000000000000";
  private static final String CACHING = "08 12 00" + "00".repeat(17);
  private static final String CACHING_WCE = "08 12 04" + "00".repeat(17);
  private static final String CONTROL = "0a 0a 00 10 0000000000000000";
  private static final String POWER = "1a 26" + "00".repeat(38);
  private static final String EXCEPTIONS = "1c 0a 08 000000000000000000";
  private static final String ALL = ERROR_RECOVERY + CACHING + CONTROL + POWER + EXCEPTIONS;
  private static final int ALL_LENGTH = 12 + 20 + 12 + 40 + 12;

  private final Bench bench = new Bench();

  private byte[] sense6(String middle) {
    return bench.send("1a" + middle + "ff 00").good();
  }

  private static byte[] bytes(String hex) {
    return Bench.cdb(hex);
  }

  @Test
  void allPagesWithBlockDescriptor() {
    assertThat(sense6("00 3f 00"))
        .isEqualTo(
            bytes(String.format("%02x 00 10 08 00000040 00000200", 3 + 8 + ALL_LENGTH) + ALL));
    assertThat(sense6("00 3f ff")).as("with all subpages").isEqualTo(sense6("00 3f 00"));
  }

  @Test
  void allPagesInTheTenByteForm() {
    assertThat(bench.send("5a00 3f00 000000 ffff 00").good())
        .isEqualTo(
            bytes(
                String.format("%04x 00 10 00 00 0008 00000040 00000200", 6 + 8 + ALL_LENGTH)
                    + ALL));
    assertThat(bench.send("5a10 3f00 000000 ffff 00").good())
        .as("LLBAA")
        .isEqualTo(
            bytes(
                String.format(
                        "%04x 00 10 01 00 0010 0000000000000040 00000000 00000200",
                        6 + 16 + ALL_LENGTH)
                    + ALL));
    assertThat(bench.send("5a18 0a00 000000 ffff 00").good())
        .as("LLBAA with DBD")
        .isEqualTo(bytes("0012 00 10 00 00 0000" + CONTROL));
  }

  @Test
  void singlePagesWithoutBlockDescriptor() {
    assertThat(sense6("08 01 00")).isEqualTo(bytes("0f 00 10 00" + ERROR_RECOVERY));
    assertThat(sense6("08 08 00")).isEqualTo(bytes("17 00 10 00" + CACHING));
    assertThat(sense6("08 0a 00")).isEqualTo(bytes("0f 00 10 00" + CONTROL));
    assertThat(sense6("08 0a ff")).isEqualTo(bytes("0f 00 10 00" + CONTROL));
    assertThat(sense6("08 1a 00")).isEqualTo(bytes("2b 00 10 00" + POWER));
    assertThat(sense6("08 1c 00")).isEqualTo(bytes("0f 00 10 00" + EXCEPTIONS));
  }

  @Test
  void theWriteCacheBitIsTheDevices() {
    bench.device.profile(new DeviceProfile(512, 64, 0, true, false, false));
    assertThat(sense6("08 08 00")).isEqualTo(bytes("17 00 10 00" + CACHING_WCE));
    assertThat(sense6("08 88 00")).as("default").isEqualTo(bytes("17 00 10 00" + CACHING_WCE));
  }

  @Test
  void whatIsChangeableIsShownAndNothingIsSavedWhereNothingIsKept() {
    assertThat(sense6("08 48 00")).isEqualTo(bytes("17 00 10 00" + CACHING));
    assertThat(sense6("08 4a 00")).isEqualTo(bytes("0f 00 10 00 0a 0a 04000800000000000000"));
    assertThat(bench.send("1a 00 ff 00 ff 00").sense())
        .isEqualTo(Sense.illegalRequest(SenseCode.SAVING_PARAMETERS_NOT_SUPPORTED));
  }

  @Test
  void unknownPagesAndSubpagesAreRefusedWithPointers() {
    assertThat(bench.send("1a 00 02 00 ff 00").sense()).isEqualTo(Sense.invalidFieldInCdb(2, 5));
    assertThat(bench.send("1a 00 0a 01 ff 00").sense()).isEqualTo(Sense.invalidFieldInCdb(3, 7));
    assertThat(bench.send("5a 00 3f 01 000000 ffff 00").sense())
        .isEqualTo(Sense.invalidFieldInCdb(3, 7));
  }

  @Test
  void writeProtectionIsTheMappingsOrTheDevices() {
    ItNexus reader = bench.login(LunMap.of(Map.of(0, new LunMap.MappedLun(bench.unit, true))));
    bench.unit.takeUnitAttention(reader);
    assertThat(bench.send(reader, 0, bytes("1a080a00ff00"), new byte[0]).good()[2])
        .isEqualTo((byte) 0x90);
    assertThat(sense6("08 0a 00")[2]).isEqualTo((byte) 0x10);
    bench.device.profile(new DeviceProfile(512, 64, 0, false, true, false));
    assertThat(sense6("08 0a 00")[2]).isEqualTo((byte) 0x90);
  }

  @Test
  void manyBlocksSaturateTheShortDescriptor() {
    bench.device.profile(new DeviceProfile(4096, 0x1_0000_0000L, 0, false, false, false));
    assertThat(sense6("00 0a 00")).startsWith(bytes("17 00 10 08 ffffffff 00001000"));
  }
}
