package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.LuIdentity;

/**
 * The designators of the Device Identification VPD page (SPC-4 clause 7.8.6): those of the unit,
 * the same on every path, then those of the port that was asked.
 */
final class DeviceIdentification {
  private static final int BINARY = 1;
  private static final int ASCII = 2;
  private static final int UTF_8 = 3;

  private static final int UNIT = 0x00;

  /** Association 01b with PIV set; the protocol identifier beside it is iSCSI's, 5h. */
  private static final int PORT = 0x80 | 0x10;

  private static final int ISCSI = 0x5;

  /** Larger than any page: two names of at most 223 bytes and the rest below 200. */
  private static final int ROOM = 1024;

  private DeviceIdentification() {}

  /** The designators, one after another, without the page's header. */
  static byte[] designators(LuIdentity unit, TargetPort port) {
    ByteBuffer out = ByteBuffer.allocate(ROOM);
    byte[] naa = HexFormat.of().parseHex(unit.naa());
    put(out, BINARY, UNIT | 3, naa);
    put(out, ASCII, UNIT | 1, t10VendorId(unit));
    put(out, UTF_8, UNIT | 8, scsiName("naa." + unit.naa().toUpperCase(Locale.ROOT)));
    put(out, BINARY, PORT | 4, lowerHalf(port.relativeId()));
    put(out, BINARY, PORT | 5, lowerHalf(port.portalGroupTag()));
    put(out, UTF_8, PORT | 8, scsiName(port.portName()));
    byte[] all = new byte[out.position()];
    out.flip().get(all);
    return all;
  }

  /** The name of one target port, for the SCSI Ports page. */
  static byte[] ofPort(TargetPort port) {
    ByteBuffer out = ByteBuffer.allocate(ROOM);
    put(out, UTF_8, PORT | 8, scsiName(port.portName()));
    byte[] all = new byte[out.position()];
    out.flip().get(all);
    return all;
  }

  private static void put(ByteBuffer out, int codeSet, int associationAndType, byte[] designator) {
    boolean ofPort = (associationAndType & PORT) == PORT;
    out.put((byte) ((ofPort ? ISCSI << 4 : 0) | codeSet));
    out.put((byte) associationAndType);
    out.put((byte) 0);
    out.put((byte) designator.length);
    out.put(designator);
  }

  /** Vendor identification in eight bytes, then what is unique within the vendor. */
  private static byte[] t10VendorId(LuIdentity unit) {
    ByteBuffer id = ByteBuffer.allocate(8 + unit.serial().length());
    Bytes.putAscii(id, unit.vendor(), 8);
    Bytes.putAscii(id, unit.serial(), unit.serial().length());
    return id.array();
  }

  /** Terminated by a null and padded with nulls to a multiple of four (SPC-4 clause 7.8.6.11). */
  private static byte[] scsiName(String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(utf8, (utf8.length + 4) / 4 * 4);
  }

  private static byte[] lowerHalf(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }
}
