package org.holdfast.iscsi.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A file of the format pcapng (draft-ietf-opsawg-pcapng): one section in big-endian order, one
 * interface whose packets begin with their IP header, times in nanoseconds since 1970. Whole blocks
 * are gathered and written together, so that every prefix that reached the file is a valid one.
 *
 * <p>Thread: the capture's writer.
 */
final class PcapngWriter {
  private static final int SECTION_HEADER = 0x0A0D0D0A;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int INTERFACE_STATISTICS = 5;
  private static final int ENHANCED_PACKET = 6;
  private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;

  /** LINKTYPE_RAW of the registry of link types: IPv4 or IPv6, as the first four bits say. */
  private static final int LINKTYPE_RAW = 101;

  /** Options, by block. */
  private static final int END_OF_OPTIONS = 0;

  private static final int SHB_USERAPPL = 4;
  private static final int IF_NAME = 2;
  private static final int IF_DESCRIPTION = 3;
  private static final int IF_TSRESOL = 9;
  private static final int EPB_FLAGS = 2;
  private static final int ISB_STARTTIME = 2;
  private static final int ISB_ENDTIME = 3;
  private static final int ISB_IFRECV = 4;
  private static final int ISB_IFDROP = 5;

  /** Bytes around the packet in its block, its padding left out. */
  private static final int AROUND_PACKET = 32 + 8 + 4;

  /** Bytes of the block that {@link #statistics} writes. */
  static final int STATISTICS_LENGTH = 24 + 4 * 12 + 4;

  /** Bytes that are gathered before they are written. */
  private static final int GATHERED = 256 << 10;

  private final CaptureFile file;
  private final ByteBuffer blocks = ByteBuffer.allocateDirect(GATHERED + (128 << 10));
  private long written;
  private long packets;
  private long gatheredPackets;

  PcapngWriter(CaptureFile file) {
    this.file = file;
  }

  /** Bytes of the file once everything is written. */
  long length() {
    return written + blocks.position();
  }

  /** Packets of the file once everything is written. */
  long packets() {
    return packets + gatheredPackets;
  }

  /** Bytes that a packet takes. */
  static int packetLength(TcpStream stream, int payload) {
    return AROUND_PACKET + padded(stream.headerLength() + payload);
  }

  /** Begins the file. */
  void begin(String program, String description) {
    int section = open(SECTION_HEADER);
    blocks.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
    option(SHB_USERAPPL, program);
    closeOptions(section);
    int network = open(INTERFACE_DESCRIPTION);
    blocks.putShort((short) LINKTYPE_RAW).putShort((short) 0).putInt(0);
    option(IF_NAME, "holdfast");
    option(IF_DESCRIPTION, description);
    blocks.putShort((short) IF_TSRESOL).putShort((short) 1).put((byte) 9);
    pad();
    closeOptions(network);
  }

  /**
   * Appends a packet.
   *
   * @param nanos since 1970
   * @param payload at most {@link TcpStream#MOST} bytes
   */
  void packet(long nanos, TcpStream stream, Direction direction, int flags, ByteBuffer payload)
      throws IOException {
    int length = stream.headerLength() + payload.remaining();
    int block = open(ENHANCED_PACKET);
    blocks.putInt(0);
    time(nanos);
    blocks.putInt(length).putInt(length);
    stream.packet(direction, flags, payload, blocks);
    pad();
    blocks.putShort((short) EPB_FLAGS).putShort((short) 4).putInt(direction.flag());
    closeOptions(block);
    gatheredPackets++;
    if (blocks.position() >= GATHERED) {
      flush();
    }
  }

  /**
   * Ends the file with what became of it.
   *
   * @param packets that there were, lost ones included
   * @param lost of them, those that are not in the file
   */
  void statistics(long started, long ended, long packets, long lost) {
    int block = open(INTERFACE_STATISTICS);
    blocks.putInt(0);
    time(ended);
    blocks.putShort((short) ISB_STARTTIME).putShort((short) 8);
    time(started);
    blocks.putShort((short) ISB_ENDTIME).putShort((short) 8);
    time(ended);
    blocks.putShort((short) ISB_IFRECV).putShort((short) 8).putLong(packets);
    blocks.putShort((short) ISB_IFDROP).putShort((short) 8).putLong(lost);
    closeOptions(block);
  }

  /**
   * Writes what was gathered. When that fails the file ends with what was written before, and goes
   * on from there; what was gathered is lost.
   */
  void flush() throws IOException {
    boolean done = false;
    blocks.flip();
    int length = blocks.limit();
    try {
      file.append(blocks);
      written += length;
      packets += gatheredPackets;
      done = true;
    } finally {
      blocks.clear();
      gatheredPackets = 0;
      if (!done) {
        file.truncate(written);
      }
    }
  }

  /** High and low half, in units of if_tsresol. */
  private void time(long nanos) {
    blocks.putInt((int) (nanos >>> 32)).putInt((int) nanos);
  }

  private int open(int type) {
    int start = blocks.position();
    blocks.putInt(type).putInt(0);
    return start;
  }

  private void closeOptions(int start) {
    blocks.putShort((short) END_OF_OPTIONS).putShort((short) 0);
    int length = blocks.position() + 4 - start;
    blocks.putInt(start + 4, length).putInt(length);
  }

  private void option(int code, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    blocks.putShort((short) code).putShort((short) bytes.length).put(bytes);
    pad();
  }

  /** To a multiple of four; every block begins at one. */
  private void pad() {
    while ((blocks.position() & 3) != 0) {
      blocks.put((byte) 0);
    }
  }

  private static int padded(int length) {
    return length + 3 & ~3;
  }
}
