package org.holdfast.iscsi.pdu;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.holdfast.scsi.Cdb;

/**
 * The additional header segments of a SCSI Command (RFC 7143 clause 11.2.2).
 *
 * @param cdb the 16 bytes of the basic header and what an extended CDB adds to them
 * @param bidirectionalReadLength 0 when the header for it is absent
 */
record AdditionalHeaders(Cdb cdb, long bidirectionalReadLength) {
  private static final int BASIC_CDB = 16;
  private static final int EXTENDED_CDB = 1;
  private static final int BIDIRECTIONAL_READ_LENGTH = 2;

  /** AHSLength of the bidirectional read length: a reserved byte and four of length. */
  private static final int BIDIRECTIONAL_LENGTH = 5;

  /** The headers contradict themselves. */
  static final class Malformed extends Exception {
    private Malformed(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Reads the CDB and the additional headers. Types that are not known are stepped over (clause
   * 11.2.2.1 gives their length).
   *
   * @param ahs position at the first additional header, limit behind the last
   */
  static AdditionalHeaders parse(Bhs bhs, ByteBuffer ahs) throws Malformed {
    if (!ahs.hasRemaining()) {
      return new AdditionalHeaders(new Cdb(bhs.toByteArray(32, BASIC_CDB)), 0);
    }
    byte[] extension = new byte[0];
    long readLength = 0;
    boolean extended = false;
    while (ahs.remaining() > 0) {
      int start = ahs.position();
      int length = ahs.getShort(start) & 0xFFFF;
      int type = ahs.get(start + 2) & 0x3F;
      int padded = 3 + length + 3 & ~3;
      if (padded > ahs.remaining()) {
        throw new Malformed(
            "AHSLength " + length + " runs past TotalAHSLength " + bhs.totalAhsLength());
      }
      switch (type) {
        case EXTENDED_CDB -> {
          if (extended || length < 1) {
            throw new Malformed("extended CDB twice, or of AHSLength " + length);
          }
          extended = true;
          extension = new byte[length - 1];
          ahs.get(start + 4, extension);
        }
        case BIDIRECTIONAL_READ_LENGTH -> {
          if (length != BIDIRECTIONAL_LENGTH) {
            throw new Malformed("bidirectional read length with AHSLength " + length);
          }
          readLength = ahs.getInt(start + 4) & 0xFFFF_FFFFL;
        }
        default -> {}
      }
      ahs.position(start + padded);
    }
    byte[] cdb = Arrays.copyOf(bhs.toByteArray(32, BASIC_CDB), BASIC_CDB + extension.length);
    System.arraycopy(extension, 0, cdb, BASIC_CDB, extension.length);
    return new AdditionalHeaders(new Cdb(cdb), readLength);
  }

  /** Bytes that {@link #write} puts, a multiple of 4. */
  static int encodedLength(InitiatorPdu.ScsiCommand command) {
    int extension = Math.max(0, command.cdb().length() - BASIC_CDB);
    int length = extension == 0 ? 0 : 4 + extension + 3 & ~3;
    return length + (bidirectional(command) ? 8 : 0);
  }

  /** Writes what does not fit into the basic header. {@code out} holds zeros. */
  static void write(InitiatorPdu.ScsiCommand command, ByteBuffer out, int at) {
    int offset = at;
    int extension = command.cdb().length() - BASIC_CDB;
    if (extension > 0) {
      out.putShort(offset, (short) (extension + 1));
      out.put(offset + 2, (byte) EXTENDED_CDB);
      for (int i = 0; i < extension; i++) {
        out.put(offset + 4 + i, (byte) command.cdb().u8(BASIC_CDB + i));
      }
      offset += 4 + extension + 3 & ~3;
    }
    if (bidirectional(command)) {
      out.putShort(offset, (short) BIDIRECTIONAL_LENGTH);
      out.put(offset + 2, (byte) BIDIRECTIONAL_READ_LENGTH);
      out.putInt(offset + 4, (int) command.bidirectionalReadLength());
    }
  }

  private static boolean bidirectional(InitiatorPdu.ScsiCommand command) {
    return command.read() && command.write();
  }
}
