package org.holdfast.scsi.command;

import java.nio.ByteBuffer;

/** Block Device Characteristics (SBC-3 clause 6.5.2). */
final class Characteristics {
  static final VpdPage PAGE = new VpdPage(0xB1, (_, _) -> body());

  private static final int LENGTH = 0x3C;

  /** FUAB: FUA and SYNCHRONIZE CACHE do what SBC-3 says. */
  private static final int FUAB = 0x02;

  private Characteristics() {}

  /** Rotation rate and form factor of what lies behind a file are not known: not reported. */
  private static byte[] body() {
    return ByteBuffer.allocate(LENGTH).put(4, (byte) FUAB).array();
  }
}
