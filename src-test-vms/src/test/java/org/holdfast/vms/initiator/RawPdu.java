package org.holdfast.vms.initiator;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One protocol data unit as bytes: the 48-byte basic header segment and its data segment, without
 * padding, additional headers or digests (RFC 7143 clause 11.2.1).
 */
@SuppressWarnings("ArrayRecordComponent") // a plain carrier; never compared
public record RawPdu(byte[] header, byte[] data) {
  public static final int HEADER_LENGTH = 48;

  public static final int NOP_OUT = 0x00;
  public static final int SCSI_COMMAND = 0x01;
  public static final int TASK_MANAGEMENT_REQUEST = 0x02;
  public static final int LOGIN_REQUEST = 0x03;
  public static final int TEXT_REQUEST = 0x04;
  public static final int DATA_OUT = 0x05;
  public static final int LOGOUT_REQUEST = 0x06;
  public static final int NOP_IN = 0x20;
  public static final int SCSI_RESPONSE = 0x21;
  public static final int TASK_MANAGEMENT_RESPONSE = 0x22;
  public static final int LOGIN_RESPONSE = 0x23;
  public static final int TEXT_RESPONSE = 0x24;
  public static final int DATA_IN = 0x25;
  public static final int LOGOUT_RESPONSE = 0x26;
  public static final int R2T = 0x31;
  public static final int ASYNC_MESSAGE = 0x32;
  public static final int REJECT = 0x3f;

  /** The immediate bit of byte 0: delivered outside the command numbering. */
  public static final int IMMEDIATE = 0x40;

  /** The final bit of byte 1, which is the transit bit in login PDUs. */
  public static final int FINAL = 0x80;

  private static final int OPCODE_MASK = 0x3f;
  private static final int MAX_DATA_LENGTH = 0xffffff;
  private static final int AHS_LENGTH_AT = 4;
  private static final int WORD = 4;

  /** A header with its opcode and flags set and everything else zero, to be filled in place. */
  public static RawPdu of(int opcode, int flags, byte... data) {
    byte[] header = new byte[HEADER_LENGTH];
    header[0] = (byte) opcode;
    header[1] = (byte) flags;
    return new RawPdu(header, data);
  }

  public int opcode() {
    return header[0] & OPCODE_MASK;
  }

  public int flags() {
    return u8(1);
  }

  public boolean finalBit() {
    return (flags() & FINAL) != 0;
  }

  public int u8(int at) {
    return header[at] & 0xff;
  }

  public int i32(int at) {
    return ByteBuffer.wrap(header).getInt(at);
  }

  /** Sets a 32-bit field of the header in place. */
  public RawPdu i32(int at, int value) {
    ByteBuffer.wrap(header).putInt(at, value);
    return this;
  }

  /** Sets consecutive bytes of the header in place. */
  public RawPdu bytes(int at, byte... value) {
    System.arraycopy(value, 0, header, at, value.length);
    return this;
  }

  public int taskTag() {
    return i32(16);
  }

  /** As it goes over the wire, DataSegmentLength filled in and padded to a multiple of four. */
  public byte[] toWire() {
    if (data.length > MAX_DATA_LENGTH) {
      throw new IllegalArgumentException(
          "a data segment of " + data.length + " bytes does not fit a 24-bit length");
    }
    byte[] wire = Arrays.copyOf(header, HEADER_LENGTH + data.length + padding(data.length));
    wire[5] = (byte) (data.length >> 16);
    wire[6] = (byte) (data.length >> 8);
    wire[7] = (byte) data.length;
    System.arraycopy(data, 0, wire, HEADER_LENGTH, data.length);
    return wire;
  }

  /** Reads one PDU; null at the end of the stream between two PDUs. */
  static RawPdu read(InputStream stream) throws IOException {
    byte[] header = stream.readNBytes(HEADER_LENGTH);
    if (header.length == 0) {
      return null;
    }
    if (header.length < HEADER_LENGTH) {
      throw new EOFException("the target closed the connection within a header");
    }
    DataInputStream in = new DataInputStream(stream);
    in.skipNBytes((header[AHS_LENGTH_AT] & 0xffL) * WORD);
    int length = ((header[5] & 0xff) << 16) | ((header[6] & 0xff) << 8) | (header[7] & 0xff);
    byte[] data = new byte[length];
    in.readFully(data);
    in.skipNBytes(padding(length));
    return new RawPdu(header, data);
  }

  private static int padding(int length) {
    return -length & (WORD - 1);
  }

  @Override
  public String toString() {
    return "PDU opcode %02x flags %02x tag %08x data %d bytes"
        .formatted(opcode(), flags(), taskTag(), data.length);
  }
}
