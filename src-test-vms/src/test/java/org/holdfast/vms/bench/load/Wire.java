package org.holdfast.vms.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * PDUs one at a time over a blocking connection: for login and the few commands before the load.
 */
final class Wire {
  static final int HEADER_BYTES = 48;
  static final int DIGEST_BYTES = 4;
  private static final int WORD = 4;

  private static final int ANSWERED_WITHIN_MILLIS = 30_000;

  private final SocketChannel channel;
  private boolean headerDigest;
  private boolean dataDigest;

  Wire(SocketChannel channel) {
    this.channel = channel;
  }

  /** A PDU's header and data segment, without padding. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record Received(ByteBuffer header, byte[] data) {
    int opcode() {
      return header.get(0) & 0x3f;
    }

    int u8(int at) {
      return header.get(at) & 0xff;
    }
  }

  void useDigests(Limits limits) {
    headerDigest = limits.headerDigest();
    dataDigest = limits.dataDigest();
  }

  static int dataLength(ByteBuffer header, int at) {
    return header.getInt(at + 4) & 0xff_ffff;
  }

  static int padded(int length) {
    return (length + WORD - 1) & -WORD;
  }

  /** The digest as it stands on the wire, least significant byte first (RFC 7143 clause 13.1). */
  static int onTheWire(CRC32C crc) {
    return Integer.reverseBytes((int) crc.getValue());
  }

  private static int digest(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return onTheWire(crc);
  }

  /** Sends a header, whose DataSegmentLength is filled in here, and a data segment. */
  void send(byte[] header, byte... data) throws IOException {
    ByteBuffer.wrap(header).putInt(4, data.length);
    byte[] segment = Arrays.copyOf(data, padded(data.length));
    ByteBuffer all = ByteBuffer.allocate(HEADER_BYTES + segment.length + 2 * DIGEST_BYTES);
    all.put(header);
    if (headerDigest) {
      all.putInt(digest(header));
    }
    all.put(segment);
    if (dataDigest && segment.length > 0) {
      all.putInt(digest(segment));
    }
    all.flip();
    while (all.hasRemaining()) {
      channel.write(all);
    }
  }

  Received receive() throws IOException {
    byte[] header = read(HEADER_BYTES);
    if (headerDigest) {
      check(header);
    }
    ByteBuffer view = ByteBuffer.wrap(header);
    int length = dataLength(view, 0);
    byte[] segment = read(padded(length));
    if (dataDigest && length > 0) {
      check(segment);
    }
    return new Received(view, Arrays.copyOf(segment, length));
  }

  private void check(byte[] bytes) throws IOException {
    if (ByteBuffer.wrap(read(DIGEST_BYTES)).getInt() != digest(bytes)) {
      throw new IOException("the target sent a wrong digest");
    }
  }

  private byte[] read(int length) throws IOException {
    channel.socket().setSoTimeout(ANSWERED_WITHIN_MILLIS);
    try {
      byte[] bytes = channel.socket().getInputStream().readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException("the target closed the connection");
      }
      return bytes;
    } catch (SocketTimeoutException e) {
      throw new IOException(
          "the target has not answered for %d ms".formatted(ANSWERED_WITHIN_MILLIS), e);
    }
  }
}
