package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.DeviceProfile;

/** Block Device Characteristics (SBC-4 clause 6.6.2). */
final class Characteristics {
  static final VpdPage PAGE = new VpdPage(0xB1, (unit, _) -> body(unit.device().profile()));

  private static final int LENGTH = 0x3C;
  private static final int NOT_REPORTED = 0;
  private static final int NON_ROTATING = 1;

  /** FUAB: FUA and SYNCHRONIZE CACHE do what SBC-3 says. */
  private static final int FUAB = 0x02;

  /** WABEREQ and WACEREQ 01b: after SANITIZE has erased them, blocks can be read. */
  private static final int READABLE_AFTER_ERASE = 0x50;

  private Characteristics() {}

  /**
   * A thin unit calls itself non-rotating. Neighbouring blocks need not be neighbours in its
   * backing store, so arranging them gains nothing, and moving them (which Windows does on media
   * that may rotate) takes space that had not been taken. What lies behind a fully provisioned unit
   * may rotate and is not known. The form factor is not reported.
   */
  private static byte[] body(DeviceProfile profile) {
    return ByteBuffer.allocate(LENGTH)
        .put(3, (byte) READABLE_AFTER_ERASE)
        .putShort(0, (short) (profile.thin() ? NON_ROTATING : NOT_REPORTED))
        .put(4, (byte) FUAB)
        .array();
  }
}
