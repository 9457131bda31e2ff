package org.holdfast.iscsi.capture;

import java.nio.ByteBuffer;

/** The checksum of the Internet protocols (RFC 1071). */
final class Checksum {
  private Checksum() {}

  /** Sum of an even number of bytes, to be added to another one. */
  static long sum(byte[] bytes) {
    return sum(ByteBuffer.wrap(bytes), 0, bytes.length);
  }

  /**
   * The checksum to be put into a header.
   *
   * @param bytes a big-endian buffer
   * @param more sum of what is covered, too, but is not in the buffer
   */
  static short of(ByteBuffer bytes, int start, int length, long more) {
    long sum = sum(bytes, start, length) + more;
    while (sum >>> 16 != 0) {
      sum = (sum & 0xFFFF) + (sum >>> 16);
    }
    return (short) ~sum;
  }

  /** Four bytes at a time: their carries meet when the sum is folded. */
  private static long sum(ByteBuffer bytes, int start, int length) {
    long sum = 0;
    int at = start;
    for (; at + 4 <= start + length; at += 4) {
      sum += Integer.toUnsignedLong(bytes.getInt(at));
    }
    for (int shift = 8; at < start + length; at++, shift -= 8) {
      // What is missing of a pair counts as 0.
      if (shift < 0) {
        shift = 8;
      }
      sum += (bytes.get(at) & 0xFFL) << shift;
    }
    return sum;
  }
}
