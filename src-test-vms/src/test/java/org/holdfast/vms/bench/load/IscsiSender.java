package org.holdfast.vms.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.zip.CRC32C;

/**
 * Encodes READ (10), WRITE (10), Data-Out and NOP-Out (RFC 7143 clause 11) into an {@link
 * Outgoing}. The initiator task tag is the slot. Thread: the generator's.
 */
final class IscsiSender {
  private static final int SCSI_COMMAND = 0x01;
  private static final int DATA_OUT = 0x05;
  private static final int NOP_OUT_IMMEDIATE = 0x40;
  private static final int FINAL = 0x80;
  private static final int READ_SIMPLE = 0x41;
  private static final int WRITE_SIMPLE = 0x21;
  private static final int READ_10 = 0x28;
  private static final int WRITE_10 = 0x2a;
  private static final int NONE = 0xffff_ffff;

  private final Limits limits;
  private final Numbering numbering;
  private final int firstLun;
  private final int[] luns;
  private final int ioBytes;
  private final int blocks;
  private final ByteBuffer payload;
  private final int stride;
  private final Outgoing out;
  private final ByteBuffer digestedHeaders;
  private final ByteBuffer digestedPayload;
  private final CRC32C crc = new CRC32C();

  /**
   * @param ioBytes of every read and write
   * @param ownPayload whether every slot has a payload of its own; otherwise all send the same
   *     bytes, which costs the generator less
   */
  IscsiSender(IscsiSession session, int depth, int ioBytes, int blockBytes, boolean ownPayload) {
    limits = session.limits();
    numbering = session.numbering();
    firstLun = session.lun();
    luns = new int[depth];
    this.ioBytes = ioBytes;
    blocks = ioBytes / blockBytes;
    stride = ownPayload ? ioBytes : 0;
    payload = ByteBuffer.allocateDirect(ownPayload ? depth * ioBytes : ioBytes);
    int segments = (ioBytes + limits.targetSegment() - 1) / limits.targetSegment() + 2;
    int pdus = depth * segments + 1;
    out = new Outgoing(pdus * (Wire.HEADER_BYTES + 2 * Wire.DIGEST_BYTES), 2 * pdus, payload);
    digestedHeaders = out.headers().duplicate();
    digestedPayload = payload.duplicate();
  }

  boolean pending() {
    return out.pending();
  }

  void flush(SocketChannel channel) throws IOException {
    out.flush(channel);
  }

  ByteBuffer payload() {
    return payload;
  }

  int payloadAt(int slot) {
    return slot * stride;
  }

  void read(int slot, int unit, int lba) {
    luns[slot] = firstLun + unit;
    command(slot, lba, FINAL | READ_SIMPLE, READ_10, 0);
  }

  /** A write with as much of its data as the target lets go unasked. */
  void write(int slot, int unit, int lba) {
    luns[slot] = firstLun + unit;
    int immediate = limits.immediate(ioBytes);
    int unsolicited = limits.unsolicited(ioBytes);
    command(
        slot,
        lba,
        immediate == unsolicited ? FINAL | WRITE_SIMPLE : WRITE_SIMPLE,
        WRITE_10,
        immediate);
    dataOut(slot, NONE, immediate, unsolicited - immediate);
  }

  private void command(int slot, int lba, int flags, int opcode, int immediate) {
    int at = header(SCSI_COMMAND, flags, slot);
    ByteBuffer headers = out.headers();
    headers.putInt(at + 4, immediate);
    headers.put(at + 9, (byte) luns[slot]);
    headers.putInt(at + 20, ioBytes);
    headers.putInt(at + 24, numbering.takeCmdSn());
    headers.put(at + 32, (byte) opcode);
    headers.putInt(at + 34, lba);
    headers.putShort(at + 39, (short) blocks);
    finish(at, slot, 0, immediate);
  }

  /** One burst: Data-Out PDUs for that part of the slot's data. */
  void dataOut(int slot, int targetTag, int offset, int length) {
    ByteBuffer headers = out.headers();
    int dataSn = 0;
    for (int done = 0; done < length; ) {
      int segment = Math.min(length - done, limits.targetSegment());
      int at = header(DATA_OUT, done + segment == length ? FINAL : 0, slot);
      headers.putInt(at + 4, segment);
      headers.put(at + 9, (byte) luns[slot]);
      headers.putInt(at + 20, targetTag);
      headers.putInt(at + 36, dataSn++);
      headers.putInt(at + 40, offset + done);
      finish(at, slot, offset + done, segment);
      done += segment;
    }
  }

  void answerPing(int targetTag, long pingLun) {
    int at = header(NOP_OUT_IMMEDIATE, FINAL, NONE);
    ByteBuffer headers = out.headers();
    headers.putLong(at + 8, pingLun);
    headers.putInt(at + 20, targetTag);
    headers.putInt(at + 24, numbering.cmdSn());
    finish(at, 0, 0, 0);
  }

  private int header(int opcode, int flags, int tag) {
    int at = out.reserve(Wire.HEADER_BYTES);
    ByteBuffer headers = out.headers();
    headers.put(at, (byte) opcode);
    headers.put(at + 1, (byte) flags);
    headers.putInt(at + 16, tag);
    headers.putInt(at + 28, numbering.expStatSn());
    return at;
  }

  private void finish(int header, int slot, int from, int length) {
    if (limits.headerDigest()) {
      digest(digestedHeaders, header, Wire.HEADER_BYTES);
    }
    if (length > 0) {
      int start = payloadAt(slot) + from;
      out.payload(start, length);
      if (limits.dataDigest()) {
        digest(digestedPayload, start, length);
      }
    }
  }

  private void digest(ByteBuffer view, int from, int length) {
    crc.reset();
    crc.update(view.limit(from + length).position(from));
    out.headers().putInt(out.reserve(Wire.DIGEST_BYTES), Wire.onTheWire(crc));
  }
}
