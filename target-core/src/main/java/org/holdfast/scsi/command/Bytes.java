package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.ScsiTask;

/** Small helpers for parameter data, big-endian as everything in SCSI. */
final class Bytes {
  private Bytes() {}

  /** Left-aligned ASCII, padded with spaces to {@code width} (SPC-4 clause 4.3.1). */
  static void putAscii(ByteBuffer out, String text, int width) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    out.put(ascii);
    for (int i = ascii.length; i < width; i++) {
      out.put((byte) ' ');
    }
  }

  /** The value in the unsigned 32-bit field, all ones when it does not fit. */
  static int saturate32(long value) {
    return value > 0xFFFF_FFFFL ? -1 : (int) value;
  }

  /** A copy of the Data-Out that came, for parameter lists. */
  static byte[] dataOut(ScsiTask task) {
    byte[] list = new byte[task.dataOutLength()];
    DataBuffer buffer = task.dataOut();
    if (buffer != null) {
      buffer.view(0, list.length).get(list);
    }
    return list;
  }
}
