package org.holdfast.scsi.command;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.ModeParameter;

/** The pages that say how the unit is reached and what its device server is able to do. */
final class PortPages {
  /** HEADSUP, ORDSUP and SIMPSUP: every task attribute but ACA (SPC-4 clause 7.8.7, byte 5). */
  private static final int TASK_ATTRIBUTES = 0x07;

  /** V_SUP: there is a volatile cache (byte 6). */
  private static final int V_SUP = 0x01;

  /** LUICLR: an inventory change is told once, by whichever unit is asked first (byte 7). */
  private static final int LUICLR = 0x01;

  private static final int EXTENDED_INQUIRY_LENGTH = 0x3C;

  static final List<VpdPage> PAGES =
      List.of(
          // Management Network Addresses (SPC-4 clause 7.8.9): there are none.
          new VpdPage(0x85, (_, _) -> new byte[0]),
          new VpdPage(0x86, (unit, _) -> extendedInquiry(unit)),
          // Mode Page Policy (SPC-4 clause 7.8.10): every page is shared by all I_T nexuses.
          new VpdPage(0x87, (_, _) -> new byte[] {0x3F, (byte) 0xFF, 0x00, 0x00}),
          new VpdPage(0x88, PortPages::scsiPorts));

  private PortPages() {}

  private static byte[] extendedInquiry(LogicalUnit unit) {
    boolean cache = unit.modes().changeable().isOne(ModeParameter.WRITE_CACHE_ENABLE);
    ByteBuffer body = ByteBuffer.allocate(EXTENDED_INQUIRY_LENGTH);
    body.put(1, (byte) TASK_ATTRIBUTES);
    body.put(2, (byte) (cache ? V_SUP : 0));
    body.put(3, (byte) LUICLR);
    return body.array();
  }

  /** SCSI Ports (SPC-4 clause 7.8.16): every target port that leads to the unit. */
  private static byte[] scsiPorts(LogicalUnit unit, TargetPort asked) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (TargetPort port : unit.portGroups().ports(asked)) {
      byte[] designators = DeviceIdentification.ofPort(port);
      ByteBuffer descriptor = ByteBuffer.allocate(12 + designators.length);
      // Reserved, relative identifier, reserved, no TransportID, reserved, length of designators.
      descriptor.putShort(2, (short) port.relativeId());
      descriptor.putShort(10, (short) designators.length);
      descriptor.position(12).put(designators);
      body.writeBytes(descriptor.array());
    }
    return body.toByteArray();
  }
}
