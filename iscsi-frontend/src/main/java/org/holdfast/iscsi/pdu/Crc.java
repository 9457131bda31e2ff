package org.holdfast.iscsi.pdu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A CRC32C digest as it stands on the wire (RFC 7143 clause 13.1): least significant byte first.
 */
final class Crc {
  private static final ByteBuffer PADDING = ByteBuffer.allocate(3).asReadOnlyBuffer();

  private final CRC32C crc = new CRC32C();

  void reset() {
    crc.reset();
  }

  /** Adds the bytes between position and limit; both stay. */
  void add(ByteBuffer bytes) {
    crc.update(bytes.duplicate());
  }

  /** Adds up to three zero bytes. */
  void addPadding(int count) {
    crc.update(PADDING.duplicate().limit(count));
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
