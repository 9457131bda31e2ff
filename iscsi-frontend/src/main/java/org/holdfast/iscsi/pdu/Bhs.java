package org.holdfast.iscsi.pdu;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The basic header segment: 48 bytes in wire order (RFC 7143 clause 11.2.1). Immutable. */
public final class Bhs {
  public static final int LENGTH = 48;

  private final byte[] bytes;

  /** Copies 48 bytes from the position of {@code source}, which moves on. */
  public Bhs(ByteBuffer source) {
    bytes = new byte[LENGTH];
    source.get(bytes);
  }

  /** Null when no opcode is assigned to the number. */
  public @Nullable Opcode opcode() {
    return Opcode.of(bytes[0]);
  }

  /** Bit I: deliver at once (clause 11.2.1.1). */
  public boolean immediate() {
    return (bytes[0] & 0x40) != 0;
  }

  /** Bytes of all additional header segments, 0..1020. */
  public int totalAhsLength() {
    return u8(4) * 4;
  }

  /** Bytes of data without padding and digest, 0..2^24-1. */
  public int dataSegmentLength() {
    return u8(5) << 16 | u16(6);
  }

  public int initiatorTaskTag() {
    return i32(16);
  }

  public int u8(int offset) {
    return bytes[offset] & 0xFF;
  }

  public int u16(int offset) {
    return u8(offset) << 8 | u8(offset + 1);
  }

  /** Four bytes as a serial number or a tag. */
  public int i32(int offset) {
    return u16(offset) << 16 | u16(offset + 2);
  }

  /** Four bytes as a quantity. */
  public long u32(int offset) {
    return Integer.toUnsignedLong(i32(offset));
  }

  public long i64(int offset) {
    return u32(offset) << 32 | u32(offset + 4);
  }

  /** A copy of all 48 bytes: the data of a Reject. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** A copy of {@code length} bytes from {@code offset} on. */
  byte[] toByteArray(int offset, int length) {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bhs that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
