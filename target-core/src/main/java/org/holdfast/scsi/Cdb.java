package org.holdfast.scsi;

import java.util.HexFormat;

/**
 * A command descriptor block: bytes in wire order, fields big-endian and unsigned. Reading past the
 * received bytes yields zeros, because iSCSI pads every CDB to at least 16 bytes.
 */
public final class Cdb {
  private final byte[] bytes;

  /** Takes ownership of {@code bytes}: at least one. */
  public Cdb(byte[] bytes) {
    if (bytes.length == 0) {
      throw new IllegalArgumentException("a CDB has at least an operation code");
    }
    this.bytes = bytes;
  }

  public int operationCode() {
    return u8(0);
  }

  /** Bytes received. */
  public int length() {
    return bytes.length;
  }

  public int u8(int offset) {
    return offset < bytes.length ? bytes[offset] & 0xFF : 0;
  }

  public boolean bit(int offset, int bit) {
    return (u8(offset) >>> bit & 1) != 0;
  }

  public int u16(int offset) {
    return u8(offset) << 8 | u8(offset + 1);
  }

  public int u24(int offset) {
    return u16(offset) << 8 | u8(offset + 2);
  }

  public long u32(int offset) {
    return (long) u16(offset) << 16 | u16(offset + 2);
  }

  /** Eight bytes; values from 2^63 on are negative: compare with {@link Long#compareUnsigned}. */
  public long u64(int offset) {
    return u32(offset) << 32 | u32(offset + 4);
  }

  /** For logs and traces. */
  @Override
  public String toString() {
    return HexFormat.ofDelimiter(" ").formatHex(bytes);
  }
}
