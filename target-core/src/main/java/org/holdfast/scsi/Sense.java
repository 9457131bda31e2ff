package org.holdfast.scsi;

import java.nio.ByteBuffer;

/**
 * Sense data of one condition, encoded in this one place (SPC-4 clause 4.5).
 *
 * @param key sense key
 * @param code ADDITIONAL SENSE CODE and its QUALIFIER
 * @param information INFORMATION field, negative when not VALID; fixed format holds 32 bits of it
 * @param specific SENSE KEY SPECIFIC field, three bytes with SKSV set, or 0 when there is none
 */
public record Sense(SenseKey key, SenseCode code, long information, int specific) {
  /** Bytes of fixed format sense data as sent here. */
  public static final int FIXED_LENGTH = 18;

  private static final int SKSV = 0x80_0000;
  private static final int CD = 0x40_0000;
  private static final int BPV = 0x08_0000;

  /** A condition with neither information nor field pointer. */
  public static Sense of(SenseKey key, SenseCode code) {
    return new Sense(key, code, -1, 0);
  }

  public static Sense illegalRequest(SenseCode code) {
    return of(SenseKey.ILLEGAL_REQUEST, code);
  }

  /**
   * INVALID FIELD IN CDB with the field pointer (SPC-4 clause 4.5.2.4.2).
   *
   * @param byteOffset first byte of the field in the CDB, 0-based
   * @param bit most significant bit of the field in that byte, 0..7, or -1 for a whole-byte field
   */
  public static Sense invalidFieldInCdb(int byteOffset, int bit) {
    return new Sense(
        SenseKey.ILLEGAL_REQUEST,
        SenseCode.INVALID_FIELD_IN_CDB,
        -1,
        pointer(true, byteOffset, bit));
  }

  /** INVALID FIELD IN PARAMETER LIST with the field pointer; arguments as for the CDB. */
  public static Sense invalidFieldInParameterList(int byteOffset, int bit) {
    return new Sense(
        SenseKey.ILLEGAL_REQUEST,
        SenseCode.INVALID_FIELD_IN_PARAMETER_LIST,
        -1,
        pointer(false, byteOffset, bit));
  }

  private static int pointer(boolean inCdb, int byteOffset, int bit) {
    int head = SKSV | (inCdb ? CD : 0) | (bit < 0 ? 0 : BPV | bit << 16);
    return head | (byteOffset & 0xFFFF);
  }

  /**
   * The same condition with an INFORMATION field, not negative; from 2^32 on fixed format omits it.
   */
  public Sense withInformation(long value) {
    return new Sense(key, code, value, specific);
  }

  /** Fixed format, current error, {@value #FIXED_LENGTH} bytes. */
  public byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(FIXED_LENGTH);
    boolean valid = information >= 0 && information <= 0xFFFF_FFFFL;
    out.put((byte) (0x70 | (valid ? 0x80 : 0)));
    out.put((byte) 0);
    out.put((byte) key.code());
    out.putInt(valid ? (int) information : 0);
    out.put((byte) (FIXED_LENGTH - 8));
    out.putInt(0);
    out.put((byte) code.asc());
    out.put((byte) code.ascq());
    out.put((byte) 0);
    out.put((byte) (specific >>> 16));
    out.putShort((short) specific);
    return out.array();
  }

  /**
   * Descriptor format, current error (SPC-4 clause 4.5.2): 8 bytes, an information descriptor when
   * there is information, a sense key specific descriptor when there is that.
   */
  public byte[] encodeDescriptors() {
    boolean valid = information >= 0;
    int additional = (valid ? 12 : 0) + (specific != 0 ? 8 : 0);
    ByteBuffer out = ByteBuffer.allocate(8 + additional);
    out.put((byte) 0x72);
    out.put((byte) key.code());
    out.put((byte) code.asc());
    out.put((byte) code.ascq());
    out.put(7, (byte) additional);
    out.position(8);
    if (valid) {
      out.put((byte) 0x00).put((byte) 0x0A).put((byte) 0x80).put((byte) 0);
      out.putLong(information);
    }
    if (specific != 0) {
      out.put((byte) 0x02).put((byte) 0x06).putShort((short) 0);
      out.put((byte) (specific >>> 16)).putShort((short) specific).put((byte) 0);
    }
    return out.array();
  }
}
