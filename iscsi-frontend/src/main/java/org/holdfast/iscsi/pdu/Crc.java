package org.holdfast.iscsi.pdu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A CRC32C digest as it stands on the wire (RFC 7143 clause 13.1): least significant byte first.
 */
final class Crc {
  private static final byte[] PADDING = new byte[3];

  private final CRC32C crc = new CRC32C();

  void reset() {
    crc.reset();
  }

  /**
   * Adds bytes of a buffer of the caller's own, whose position and limit are where they were
   * afterwards. Without a view of its own: there are up to four digests for each command.
   */
  void add(ByteBuffer bytes, int offset, int length) {
    int position = bytes.position();
    int limit = bytes.limit();
    crc.update(bytes.limit(offset + length).position(offset));
    bytes.limit(limit).position(position);
  }

  /** Adds up to three zero bytes. */
  void addPadding(int count) {
    crc.update(PADDING, 0, count);
  }

  int value() {
    return (int) crc.getValue();
  }

  static void put(ByteBuffer out, int value) {
    out.order(ByteOrder.LITTLE_ENDIAN).putInt(value).order(ByteOrder.BIG_ENDIAN);
  }

  /** The digest in the first four bytes of {@code bytes}. */
  static int get(ByteBuffer bytes) {
    return Integer.reverseBytes(bytes.getInt(0));
  }
}
