package org.holdfast.iscsi.pdu;

import java.nio.ByteBuffer;

/**
 * PDUs to bytes, in three parts so that the data itself need not be copied: header, data (the PDU's
 * own segment), trailer. Encodes both sides' PDUs. Thread: the connection's.
 */
public final class PduEncoder {
  private final Crc crc = new Crc();
  private WireFormat format = WireFormat.LOGIN;

  /** Rules from the next PDU on. */
  public void wireFormat(WireFormat next) {
    format = next;
  }

  /** Bytes of basic header, additional headers and header digest. */
  public int headerLength(Pdu pdu) {
    return HeaderEncoder.length(pdu) + format.header().length();
  }

  /** Writes the header at the position of {@code out}, a big-endian buffer, and moves it. */
  public void header(Pdu pdu, ByteBuffer out) {
    int start = out.position();
    HeaderEncoder.encode(pdu, out);
    if (format.header() == Digest.CRC32C) {
      crc.reset();
      crc.add(out, start, out.position() - start);
      Crc.put(out, crc.value());
    }
  }

  /** Bytes of padding and data digest behind the data, 0 to 7; none when there is no data. */
  public int trailerLength(Pdu pdu) {
    return pdu.data().isEmpty() ? 0 : padding(pdu) + format.data().length();
  }

  /** Writes the trailer at the position of {@code out}. Reads the data when there is a digest. */
  public void trailer(Pdu pdu, ByteBuffer out) {
    if (pdu.data().isEmpty()) {
      return;
    }
    int padding = padding(pdu);
    for (int i = 0; i < padding; i++) {
      out.put((byte) 0);
    }
    if (format.data() == Digest.CRC32C) {
      crc.reset();
      ByteBuffer data = pdu.data().bytes();
      crc.add(data, 0, data.limit());
      // The digest covers the padding too (clause 11.2.4).
      crc.addPadding(padding);
      Crc.put(out, crc.value());
    }
  }

  /** Everything in one piece, for peers that are not in a hurry. Releases the PDU's data. */
  public byte[] encode(Pdu pdu) {
    int length = headerLength(pdu) + pdu.data().length() + trailerLength(pdu);
    ByteBuffer out = ByteBuffer.allocate(length);
    header(pdu, out);
    out.put(pdu.data().bytes());
    trailer(pdu, out);
    pdu.data().release();
    return out.array();
  }

  private static int padding(Pdu pdu) {
    return -pdu.data().length() & 3;
  }
}
