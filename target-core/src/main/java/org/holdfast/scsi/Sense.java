package org.holdfast.scsi;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sense data of one condition, encoded in this one place (SPC-4 clause 4.5).
 *
 * @param key sense key
 * @param code ADDITIONAL SENSE CODE and its QUALIFIER
 * @param information INFORMATION field, negative when not VALID; fixed format holds 32 bits of it
 * @param specific SENSE KEY SPECIFIC field, three bytes with SKSV set, or 0 when there is none
 * @param copy what a third-party copy adds; null for every other command
 */
public record Sense(
    SenseKey key, SenseCode code, long information, int specific, @Nullable CopyDetail copy) {
  /**
   * Where a third-party copy failed (SPC-4 clause 5.17.7.4, errors while segment descriptors are
   * processed).
   *
   * @param segment number of the segment descriptor, 0..FFFFh
   * @param cause how the copy source or destination ended a command; null when neither did
   * @param ofSource that was the copy source, not the destination
   */
  public record CopyDetail(int segment, @Nullable Outcome cause, boolean ofSource) {}

  /** Bytes of fixed format sense data as sent here. */
  public static final int FIXED_LENGTH = 18;

  private static final int SKSV = 0x80_0000;
  private static final int CD = 0x40_0000;
  private static final int BPV = 0x08_0000;

  /** The field pointer counts from the beginning of the segment descriptor. */
  private static final int SD = 0x20_0000;

  /** A condition with neither information nor field pointer. */
  public static Sense of(SenseKey key, SenseCode code) {
    return new Sense(key, code, -1, 0, null);
  }

  /** A condition of any command but a third-party copy. */
  public Sense(SenseKey key, SenseCode code, long information, int specific) {
    this(key, code, information, specific, null);
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

  /**
   * COPY ABORTED with a pointer to what is wrong in the segment descriptor that was processed.
   *
   * @param byteOffset from the first byte of that segment descriptor
   */
  public static Sense copyAborted(SenseCode code, int segment, int byteOffset) {
    return new Sense(
        SenseKey.COPY_ABORTED,
        code,
        -1,
        pointer(false, byteOffset, -1) | SD,
        new CopyDetail(segment, null, false));
  }

  /** COPY ABORTED because the copy source or destination ended a command with {@code cause}. */
  public static Sense copyAborted(int segment, Outcome cause, boolean ofSource) {
    return new Sense(
        SenseKey.COPY_ABORTED,
        SenseCode.THIRD_PARTY_DEVICE_FAILURE,
        -1,
        0,
        new CopyDetail(segment, cause, ofSource));
  }

  private static int pointer(boolean inCdb, int byteOffset, int bit) {
    int head = SKSV | (inCdb ? CD : 0) | (bit < 0 ? 0 : BPV | bit << 16);
    return head | (byteOffset & 0xFFFF);
  }

  /**
   * The same condition with an INFORMATION field, not negative; from 2^32 on fixed format omits it.
   */
  public Sense withInformation(long value) {
    return new Sense(key, code, value, specific, copy);
  }

  /**
   * The same condition with a progress indication (SPC-4 clause 4.5.2.4.4).
   *
   * @param progress 65536ths of the operation that are done, 0..65535
   */
  public Sense withProgress(int progress) {
    return new Sense(key, code, information, SKSV | (progress & 0xFFFF), copy);
  }

  /**
   * Fixed format, current error, {@value #FIXED_LENGTH} bytes; more when it carries the status and
   * the sense data of a copy source or destination.
   */
  public byte[] encode() {
    byte[] cause = copy == null || copy.cause() == null ? new byte[0] : forwarded(copy.cause());
    ByteBuffer out = ByteBuffer.allocate(FIXED_LENGTH + cause.length);
    boolean valid = information >= 0 && information <= 0xFFFF_FFFFL;
    out.put((byte) (0x70 | (valid ? 0x80 : 0)));
    out.put((byte) 0);
    out.put((byte) key.code());
    out.putInt(valid ? (int) information : 0);
    out.put((byte) (FIXED_LENGTH + cause.length - 8));
    out.putInt(copy == null ? 0 : commandSpecific(copy, cause.length));
    out.put((byte) code.asc());
    out.put((byte) code.ascq());
    out.put((byte) 0);
    out.put((byte) (specific >>> 16));
    out.putShort((short) specific);
    out.put(cause);
    return out.array();
  }

  /** Where the cause is in the sense data, once for the source, once for the destination. */
  private static int commandSpecific(CopyDetail copy, int causeLength) {
    int at = causeLength == 0 ? 0 : FIXED_LENGTH;
    return (copy.ofSource() ? at << 24 : at << 16) | copy.segment();
  }

  /** The status byte, then the sense data when there is any. */
  private static byte[] forwarded(Outcome cause) {
    return switch (cause) {
      case Outcome.Aborted() -> new byte[0];
      case Outcome.CheckCondition(Sense sense) ->
          ByteBuffer.allocate(1 + FIXED_LENGTH)
              .put((byte) cause.status())
              .put(sense.encode(), 0, FIXED_LENGTH)
              .array();
      default -> new byte[] {(byte) cause.status()};
    };
  }

  /**
   * Descriptor format, current error (SPC-4 clause 4.5.2): 8 bytes, an information descriptor when
   * there is information, a sense key specific descriptor when there is that, a command-specific
   * information descriptor with the number of the segment after a third-party copy.
   */
  public byte[] encodeDescriptors() {
    boolean valid = information >= 0;
    int additional = (valid ? 12 : 0) + (specific != 0 ? 8 : 0) + (copy != null ? 12 : 0);
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
    if (copy != null) {
      out.put((byte) 0x01).put((byte) 0x0A).putShort((short) 0).putLong(copy.segment());
    }
    return out.array();
  }
}
