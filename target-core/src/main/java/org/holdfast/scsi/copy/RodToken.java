package org.holdfast.scsi.copy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.holdfast.scsi.LuIdentity;

/**
 * The 512 bytes of a ROD token (SPC-4 clause 5.17.6.5): who made it, how much it stands for, and a
 * number that nobody can guess, which is all that makes it good. What it means is looked up.
 */
final class RodToken {
  static final int LENGTH = 512;

  /** Point in time copy - change vulnerable: good until what it stands for changes. */
  static final int CHANGE_VULNERABLE = 0x0080_0001;

  /** Block device zero ROD token: stands for as many zeros as are wanted; nobody makes it. */
  static final int BLOCK_ZERO = 0xFFFF_0001;

  /** ROD TOKEN LENGTH: the bytes behind that field. */
  private static final int TOKEN_LENGTH = LENGTH - 8;

  private static final int TOKEN_LENGTH_AT = 6;
  private static final int MANAGER_ID_AT = 8;
  private static final int CREATOR_AT = 16;
  private static final int CREATOR_NAA_AT = CREATOR_AT + 8;
  private static final int BYTES_REPRESENTED_AT = 48;

  /** Device type specific data of a disk: as READ CAPACITY(16) has it, beginning with this. */
  private static final int BLOCK_LENGTH_AT = 96;

  /** In the extended ROD token data, which is the maker's own. */
  private static final int SECRET_AT = 128;

  private static final int SECRET_LENGTH = 32;

  private RodToken() {}

  /** A new token of {@code unit} for {@code bytes} bytes of data. */
  static byte[] make(LuIdentity unit, int blockSize, long bytes, RandomGenerator random) {
    byte[] secret = new byte[SECRET_LENGTH];
    random.nextBytes(secret);
    return ByteBuffer.allocate(LENGTH)
        .putInt(0, CHANGE_VULNERABLE)
        .putShort(TOKEN_LENGTH_AT, (short) TOKEN_LENGTH)
        .putLong(MANAGER_ID_AT, random.nextLong())
        .put(CREATOR_AT, TargetDescriptor.encode(unit, blockSize))
        .putLong(BYTES_REPRESENTED_AT + 8, bytes)
        .putInt(BLOCK_LENGTH_AT, blockSize)
        .put(SECRET_AT, secret)
        .array();
  }

  /** ROD TYPE. */
  static int type(byte[] token) {
    return ByteBuffer.wrap(token).getInt(0);
  }

  static boolean hasRightLength(byte[] token) {
    return (ByteBuffer.wrap(token).getShort(TOKEN_LENGTH_AT) & 0xFFFF) == TOKEN_LENGTH;
  }

  /** The NAA designator of the unit that made it, as {@link LuIdentity#naa} has it. */
  static String creator(byte[] token) {
    return HexFormat.of().formatHex(token, CREATOR_NAA_AT, CREATOR_NAA_AT + 16);
  }

  /** The number that nobody can guess, as a key to look up. */
  static ByteBuffer secret(byte[] token) {
    return ByteBuffer.wrap(Arrays.copyOfRange(token, SECRET_AT, SECRET_AT + SECRET_LENGTH))
        .asReadOnlyBuffer();
  }
}
