package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.List;
import org.holdfast.scsi.LuIdentity;

/** The pages that say who the unit is (SPC-4 clauses 7.8.6 and 7.8.18). */
final class IdentityPages {
  static final List<VpdPage> PAGES =
      List.of(
          new VpdPage(0x80, (unit, _) -> serialNumber(unit.identity())),
          new VpdPage(
              0x83, (unit, port) -> DeviceIdentification.designators(unit.identity(), port)));

  private IdentityPages() {}

  private static byte[] serialNumber(LuIdentity identity) {
    ByteBuffer serial = ByteBuffer.allocate(identity.serial().length());
    Bytes.putAscii(serial, identity.serial(), serial.capacity());
    return serial.array();
  }
}
