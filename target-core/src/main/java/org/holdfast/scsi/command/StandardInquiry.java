package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LuIdentity;

/** Standard INQUIRY data (SPC-4 clause 6.6.2). */
final class StandardInquiry {
  private static final int LENGTH = 96;
  private static final int VERSION_SPC_4 = 0x06;

  /** HISUP: LUNs are assigned as REPORT LUNS says. */
  private static final int HISUP = 0x10;

  private static final int RESPONSE_DATA_FORMAT = 2;
  private static final int RMB = 0x80;

  /** Implicit and explicit asymmetric access (SPC-4 clause 5.15). */
  private static final int TPGS_BOTH = 0x30;

  private static final int MULTIP = 0x10;

  /** 3PC: there are EXTENDED COPY and what else the Third-party Copy page names. */
  private static final int THIRD_PARTY_COPY = 0x08;

  private static final int CMDQUE = 0x02;
  private static final int VERSION_DESCRIPTORS = 58;

  /** Qualifier 001b, type 1Fh: a unit could be here and is not. */
  static final int NOT_CONNECTED = 0x3F;

  /** Qualifier 011b, type 1Fh: no unit can be here. */
  static final int NO_UNIT = 0x7F;

  /** SAM-5, SPC-4, SBC-3, iSCSI, none with a version claimed (SPC-4 table 144). */
  private static final int[] DESCRIPTORS = {0x00A0, 0x0460, 0x04C0, 0x0960};

  private StandardInquiry() {}

  static byte[] of(LogicalUnit unit) {
    byte[] data = build(0x00, unit.identity());
    data[1] = (byte) (unit.options().removable() ? RMB : 0);
    data[5] = (byte) (TPGS_BOTH | THIRD_PARTY_COPY);
    data[6] = (byte) (unit.multiPort() ? MULTIP : 0);
    return data;
  }

  /** For a LUN without a unit; {@code peripheral} is one of the two constants here. */
  static byte[] withoutUnit(int peripheral) {
    return build(peripheral, new LuIdentity("6" + "0".repeat(31), "-", "", "", ""));
  }

  private static byte[] build(int peripheral, LuIdentity identity) {
    ByteBuffer out = ByteBuffer.allocate(LENGTH);
    out.put((byte) peripheral);
    out.put((byte) 0);
    out.put((byte) VERSION_SPC_4);
    out.put((byte) (HISUP | RESPONSE_DATA_FORMAT));
    out.put((byte) (LENGTH - 5));
    out.putShort((short) 0);
    out.put((byte) CMDQUE);
    Bytes.putAscii(out, identity.vendor(), 8);
    Bytes.putAscii(out, identity.product(), 16);
    Bytes.putAscii(out, identity.revision(), 4);
    out.position(VERSION_DESCRIPTORS);
    for (int descriptor : DESCRIPTORS) {
      out.putShort((short) descriptor);
    }
    return out.array();
  }
}
