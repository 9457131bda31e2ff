package org.holdfast.vms.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * A session in its full feature phase, with reads and writes of one size in flight.
 *
 * <p>Strict where it costs nothing: a status other than GOOD, a residual, data out of order or of
 * another task, and a wrong digest all end the run.
 */
final class IscsiConversation extends Conversation {
  private static final int NOP_IN = 0x20;
  private static final int SCSI_RESPONSE = 0x21;
  private static final int DATA_IN = 0x25;
  private static final int R2T = 0x31;
  private static final int NONE = 0xffff_ffff;
  private static final int STATUS_INCLUDED = 0x01;
  private static final int RESIDUAL = 0x06;
  private static final int FREE = -1;
  private static final int MOST_SENSE = 64;

  private enum Stage {
    HEADER,
    DATA,
    DIGEST,
    END
  }

  private final IscsiSender sender;
  private final Limits limits;
  private final Numbering numbering;
  private final Workload workload;
  private final int ioBytes;
  private final int blocksPerIo;
  private final Content content;

  /** By slot: bytes still to come from the target, {@link #FREE} when nothing is in flight. */
  private final int[] toCome;

  private final long[] positions;
  private final int[] r2tSlot;
  private final int[] r2tTag;
  private final int[] r2tOffset;
  private final int[] r2tLength;
  private int r2ts;
  private int pingTag = NONE;
  private long pingLun;

  private final CRC32C crc = new CRC32C();
  private Stage stage = Stage.HEADER;
  private int opcode;
  private int slot;
  private int dataLeft;
  private int dataOffset;
  private boolean hasData;
  private boolean ends;
  private int status;
  private final byte[] sense = new byte[MOST_SENSE];
  private int senseLength;

  /**
   * @param content what is written and expected to be read; null to write anything and look at
   *     nothing
   */
  IscsiConversation(
      IscsiSession session, Shape shape, Recorder recorder, Workload workload, Content content)
      throws IOException {
    super(session.channel(), shape.depth(), recorder);
    IscsiSession.Capacity capacity = awaitDisk(session, session.lun(), shape.span());
    for (int unit = 1; unit < shape.units(); unit++) {
      awaitDisk(session, session.lun() + unit, shape.span());
    }
    ioBytes = shape.ioBytes();
    blocksPerIo = ioBytes / capacity.blockBytes();
    limits = session.limits();
    numbering = session.numbering();
    sender =
        new IscsiSender(session, shape.depth(), ioBytes, capacity.blockBytes(), content != null);
    this.workload = workload;
    this.content = content;
    toCome = new int[shape.depth()];
    Arrays.fill(toCome, FREE);
    positions = new long[shape.depth()];
    r2tSlot = new int[shape.depth()];
    r2tTag = new int[shape.depth()];
    r2tOffset = new int[shape.depth()];
    r2tLength = new int[shape.depth()];
  }

  private static IscsiSession.Capacity awaitDisk(IscsiSession session, int lun, long atLeast)
      throws IOException {
    IscsiSession.Capacity capacity = session.awaitReady(lun);
    if (capacity.blocks() * capacity.blockBytes() < atLeast) {
      throw new IOException("LUN %d has fewer than %d bytes".formatted(lun, atLeast));
    }
    return capacity;
  }

  @Override
  boolean pending() {
    return sender.pending();
  }

  @Override
  boolean windowOpen() {
    return numbering.windowOpen();
  }

  @Override
  void flush() throws IOException {
    sender.flush(channel());
  }

  @Override
  void settle() {
    if (pingTag != NONE) {
      sender.answerPing(pingTag, pingLun);
      pingTag = NONE;
    }
    for (int i = 0; i < r2ts; i++) {
      sender.dataOut(r2tSlot[i], r2tTag[i], r2tOffset[i], r2tLength[i]);
    }
    r2ts = 0;
  }

  @Override
  boolean issue(int free) {
    if (!workload.advance()) {
      return false;
    }
    long position = workload.position();
    positions[free] = position;
    int lba = (int) (position * blocksPerIo);
    if (workload.isRead()) {
      toCome[free] = ioBytes;
      sender.read(free, workload.unit(), lba);
    } else {
      toCome[free] = 0;
      if (content != null) {
        content.fill(sender.payload(), sender.payloadAt(free), ioBytes, position * ioBytes);
      }
      sender.write(free, workload.unit(), lba);
    }
    return true;
  }

  @Override
  int consume(ByteBuffer bytes, int from, int to) throws IOException {
    int headerBytes = Wire.HEADER_BYTES + (limits.headerDigest() ? Wire.DIGEST_BYTES : 0);
    int at = from;
    while (true) {
      switch (stage) {
        case HEADER -> {
          if (to - at < headerBytes) {
            return at;
          }
          header(bytes, at);
          at += headerBytes;
          stage = dataLeft > 0 ? Stage.DATA : Stage.END;
        }
        case DATA -> {
          int taken = Math.min(dataLeft, to - at);
          data(bytes, at, taken);
          at += taken;
          dataLeft -= taken;
          if (dataLeft > 0) {
            return at;
          }
          stage = limits.dataDigest() ? Stage.DIGEST : Stage.END;
        }
        case DIGEST -> {
          if (to - at < Wire.DIGEST_BYTES) {
            return at;
          }
          checkDigest(bytes.getInt(at), "data");
          at += Wire.DIGEST_BYTES;
          stage = Stage.END;
        }
        case END -> {
          end();
          stage = Stage.HEADER;
        }
      }
    }
  }

  private void header(ByteBuffer bytes, int at) throws IOException {
    if (limits.headerDigest()) {
      crc.reset();
      digest(bytes, at, Wire.HEADER_BYTES);
      checkDigest(bytes.getInt(at + Wire.HEADER_BYTES), "header");
    }
    crc.reset();
    opcode = bytes.get(at) & 0x3f;
    int flags = bytes.get(at + 1);
    int length = Wire.dataLength(bytes, at);
    if (bytes.get(at + 4) != 0) {
      throw new IOException("the target sent an additional header segment");
    }
    dataLeft = Wire.padded(length);
    hasData = false;
    ends = false;
    status = 0;
    senseLength = 0;
    numbering.windowReceived(bytes.getInt(at + 32));
    int tag = bytes.getInt(at + 16);
    switch (opcode) {
      case DATA_IN -> {
        slot = inFlight(tag);
        dataOffset = bytes.getInt(at + 40);
        if (dataOffset != ioBytes - toCome[slot] || length > toCome[slot]) {
          throw new IOException(
              "Data-In of %d bytes at %d, where %d of %d were left"
                  .formatted(length, dataOffset, toCome[slot], ioBytes));
        }
        toCome[slot] -= length;
        hasData = true;
        if ((flags & STATUS_INCLUDED) != 0) {
          status(bytes, at, flags);
        }
      }
      case SCSI_RESPONSE -> {
        slot = inFlight(tag);
        if (bytes.get(at + 2) != 0) {
          throw new IOException("iSCSI response %02x".formatted(bytes.get(at + 2)));
        }
        status(bytes, at, flags);
      }
      case R2T -> readyToTransfer(bytes, at, inFlight(tag));
      case NOP_IN -> {
        pingTag = bytes.getInt(at + 20);
        pingLun = bytes.getLong(at + 8);
      }
      default ->
          throw new IOException(
              "unexpected PDU: opcode %02x, byte 2 %02x".formatted(opcode, bytes.get(at + 2)));
    }
  }

  private int inFlight(int tag) throws IOException {
    if (tag < 0 || tag >= toCome.length || toCome[tag] == FREE) {
      throw new IOException("an answer to a task that is not in flight, tag " + tag);
    }
    return tag;
  }

  private void status(ByteBuffer bytes, int at, int flags) throws IOException {
    numbering.statusReceived(bytes.getInt(at + 24));
    status = bytes.get(at + 3) & 0xff;
    ends = true;
    if (status == 0 && (flags & RESIDUAL) != 0) {
      throw new IOException("GOOD with a residual of " + bytes.getInt(at + 44));
    }
  }

  private void readyToTransfer(ByteBuffer bytes, int at, int task) throws IOException {
    int offset = bytes.getInt(at + 40);
    int length = bytes.getInt(at + 44);
    if (toCome[task] != 0 || offset < 0 || length <= 0 || length > ioBytes - offset) {
      throw new IOException(
          "R2T for " + length + " bytes at " + offset + " of a task of " + ioBytes);
    }
    if (r2ts == r2tSlot.length) {
      throw new IOException("more R2Ts than tasks, with MaxOutstandingR2T=1");
    }
    r2tSlot[r2ts] = task;
    r2tTag[r2ts] = bytes.getInt(at + 20);
    r2tOffset[r2ts] = offset;
    r2tLength[r2ts] = length;
    r2ts++;
  }

  private void data(ByteBuffer bytes, int at, int length) throws IOException {
    if (limits.dataDigest()) {
      digest(bytes, at, length);
    }
    if (hasData && content != null) {
      long offset = positions[slot] * ioBytes + dataOffset;
      int wrong = content.mismatch(bytes, at, length, offset);
      if (wrong >= 0) {
        throw new DataMismatchException(offset + wrong);
      }
      dataOffset += length;
    }
    if (status != 0) {
      int kept = Math.min(length, MOST_SENSE - senseLength);
      bytes.get(at, sense, senseLength, kept);
      senseLength += kept;
    }
  }

  private void digest(ByteBuffer bytes, int at, int length) {
    crc.update(bytes.limit(at + length).position(at));
    bytes.limit(bytes.capacity());
  }

  private void checkDigest(int received, String of) throws IOException {
    if (received != Wire.onTheWire(crc)) {
      throw new IOException("wrong " + of + " digest from the target");
    }
  }

  private void end() throws IOException {
    if (!ends) {
      return;
    }
    if (status != 0) {
      throw new IOException(
          "status %02x, sense %s"
              .formatted(status, HexFormat.of().formatHex(sense, 0, senseLength)));
    }
    if (toCome[slot] != 0) {
      throw new IOException("GOOD for a read with " + toCome[slot] + " bytes missing");
    }
    toCome[slot] = FREE;
    completed(slot);
  }
}
