package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.InitiatorNames;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LuIdentity;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Sense;
import org.junit.jupiter.api.Test;

class InquiryTest {
  private final Bench bench = new Bench();

  private byte[] vpd(int page) {
    return bench.send(String.format("1201%02xffff00", page)).good();
  }

  private static byte[] bytes(String hex) {
    return Bench.cdb(hex);
  }

  @Test
  void standardData() {
    byte[] wanted = new byte[96];
    ByteBuffer.wrap(wanted)
        .put(bytes("00 00 06 12 5b 38 00 02"))
        .put("HOLDFASTDISK            0.1 ".getBytes(StandardCharsets.US_ASCII))
        .position(58)
        .put(bytes("00a0 0460 04c0 0960"));
    assertThat(bench.send("1200 0000 ff00").good()).isEqualTo(wanted);
  }

  @Test
  void severalPortsAreTold() {
    assertThat(bench.send("120000000800").good()[6]).isZero();
    bench.unit.exposeAt(Bench.PORT, InitiatorNames.NONE);
    assertThat(bench.send("120000000800").good()[6]).isZero();
    bench.unit.exposeAt(
        new TargetPort("iqn.2026-11.org.holdfast:bench", 3, 8), InitiatorNames.NONE);
    assertThat(bench.send("120000000800").good()[6]).isEqualTo((byte) 0x10);
  }

  @Test
  void thePagesAreListedInAscendingOrderAndAllExist() {
    byte[] list = vpd(0x00);
    assertThat(list).isEqualTo(bytes("00 00 000b 00 80 83 85 86 87 88 8f b0 b1 b2"));
    for (int i = 4; i < list.length; i++) {
      byte[] page = vpd(list[i] & 0xFF);
      assertThat(page[1]).isEqualTo(list[i]);
      assertThat((page[2] & 0xFF) << 8 | (page[3] & 0xFF)).isEqualTo(page.length - 4);
    }
  }

  @Test
  void serialNumber() {
    assertThat(vpd(0x80))
        .isEqualTo(ByteBuffer.allocate(11).put(bytes("00 80 0007")).put(ascii("SN-0001")).array());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void deviceIdentification() {
    ByteBuffer wanted = ByteBuffer.allocate(1024);
    wanted.position(4);
    // NAA of the unit, binary.
    wanted.put(bytes("01 03 00 10 600140512345678890abcdef01234567"));
    // T10 vendor identification: vendor, then the serial number.
    wanted.put(bytes("02 01 00 0f")).put(ascii("HOLDFASTSN-0001"));
    // SCSI name string of the unit: 36 characters, a null, padded to 40.
    wanted.put(bytes("03 08 00 28")).put(ascii("naa.600140512345678890ABCDEF01234567\0\0\0\0"));
    // Relative target port and target port group, with PIV, iSCSI and the port's association.
    wanted.put(bytes("51 94 00 04 00000007"));
    wanted.put(bytes("51 95 00 04 00000002"));
    // SCSI name string of the port: 38 characters, padded to 40.
    wanted.put(bytes("53 98 00 28")).put(ascii("iqn.2026-11.org.holdfast:bench,t,0x0002\0"));
    byte[] page = Arrays.copyOf(wanted.array(), wanted.position());
    ByteBuffer.wrap(page).put(bytes("00 83")).putShort((short) (page.length - 4));
    assertThat(vpd(0x83)).isEqualTo(page);
  }

  @Test
  void theLongestNamesFit() {
    LuIdentity unit =
        new LuIdentity("6" + "f".repeat(31), "s".repeat(64), "vendor..", "product", "1");
    TargetPort port = new TargetPort("iqn." + "x".repeat(219), 0xFFFF, 0xFFFF);
    byte[] all = DeviceIdentification.designators(unit, port);
    int at = 0;
    int count = 0;
    while (at < all.length) {
      at += 4 + (all[at + 3] & 0xFF);
      count++;
    }
    assertThat(at).isEqualTo(all.length);
    assertThat(count).isEqualTo(6);
  }

  @Test
  void unknownPagesAreRefusedWithAPointerToThePageCode() {
    Sense refused = Sense.invalidFieldInCdb(2, 7);
    assertThat(bench.send("1201 8100 ff00").sense()).isEqualTo(refused);
    assertThat(bench.send("1200 0100 ff00").sense()).as("without EVPD").isEqualTo(refused);
  }

  @Test
  void aLunWithoutAUnitSaysSo() {
    ItNexus other = bench.login(LunMap.EMPTY);
    assertThat(bench.send(other, 0, bytes("12000000ff00"), new byte[0]).good())
        .hasSize(96)
        .startsWith(0x3F);
    assertThat(bench.send(other, 5, bytes("12000000ff00"), new byte[0]).good())
        .hasSize(96)
        .startsWith(0x7F);
    assertThat(bench.send(other, 5, bytes("12010000ff00"), new byte[0]).good())
        .isEqualTo(bytes("7f 00 0001 00"));
    assertThat(bench.send(other, 5, bytes("12018000ff00"), new byte[0]).sense())
        .isEqualTo(Sense.invalidFieldInCdb(2, 7));
  }
}
