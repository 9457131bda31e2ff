package org.holdfast.iscsi.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.PduEncoder;
import org.holdfast.iscsi.pdu.WireFormat;
import org.jspecify.annotations.Nullable;

/**
 * Puts PDUs into a channel's outbound buffer. Headers, and data so small that a copy is cheaper
 * than one more piece to gather, are written one behind the other into a slab, so that a turn's
 * worth of short answers is one piece. Large data goes as a reference to the memory it lies in,
 * with its header and trailer around it where there is room. Thread: the channel's event loop.
 */
final class PduWriter {
  /** Bytes up to which copying wins. */
  static final int SMALL = 1024;

  /** Headers of a deep queue. Not kept between turns: connections are mostly idle. */
  private static final int SLAB = 4096;

  private final ChannelHandlerContext channel;
  private final PduEncoder encoder = new PduEncoder();

  /** What is readable of it has not been passed to the channel yet. */
  private @Nullable ByteBuf slab;

  PduWriter(ChannelHandlerContext channel) {
    this.channel = channel;
  }

  void wireFormat(WireFormat format) {
    encoder.wireFormat(format);
  }

  /** Writes without flushing and releases the data: the channel holds what it still needs. */
  void write(Pdu pdu) {
    DataSegment data = pdu.data();
    try {
      if (data.buffer() instanceof NettyDataBuffer buffer && data.length() > SMALL) {
        int header = encoder.headerLength(pdu);
        int trailer = encoder.trailerLength(pdu);
        if (data.length() == buffer.capacity() && buffer.takeRoom(header, trailer)) {
          writeAround(pdu, buffer, header, trailer);
        } else {
          writeInParts(pdu, buffer, header, trailer);
        }
      } else {
        writeInOne(pdu);
      }
    } finally {
      data.release();
    }
  }

  private void writeInOne(Pdu pdu) {
    int data = pdu.data().length();
    int length = encoder.headerLength(pdu) + data + encoder.trailerLength(pdu);
    ByteBuf out = room(length);
    ByteBuffer bytes = out.internalNioBuffer(out.writerIndex(), length);
    encoder.header(pdu, bytes);
    if (data > 0) {
      bytes.put(pdu.data().bytes());
      encoder.trailer(pdu, bytes);
    }
    out.writerIndex(out.writerIndex() + length);
  }

  /** The PDU carries all of the buffer: nobody else's bytes are around it. */
  private void writeAround(Pdu pdu, NettyDataBuffer buffer, int header, int trailer) {
    encoder.header(pdu, buffer.room(-header, header));
    int end = pdu.data().length();
    if (trailer > 0) {
      encoder.trailer(pdu, buffer.room(end, trailer));
    }
    ByteBuf before = slab;
    if (before != null && before.isReadable()) {
      passHeaders(before);
    }
    var _ =
        channel.write(buffer.retainedSlice(-header, header + end + trailer), channel.voidPromise());
  }

  private void writeInParts(Pdu pdu, NettyDataBuffer buffer, int length, int trailerLength) {
    ByteBuf out = room(length);
    encoder.header(pdu, out.internalNioBuffer(out.writerIndex(), length));
    out.writerIndex(out.writerIndex() + length);
    passHeaders(out);
    var _ =
        channel.write(
            buffer.retainedSlice(pdu.data().offset(), pdu.data().length()), channel.voidPromise());
    if (trailerLength > 0) {
      ByteBuf behind = room(trailerLength);
      encoder.trailer(pdu, behind.internalNioBuffer(behind.writerIndex(), trailerLength));
      behind.writerIndex(behind.writerIndex() + trailerLength);
    }
  }

  /** A slab with room for {@code length} bytes behind its writer index. */
  private ByteBuf room(int length) {
    ByteBuf current = slab;
    if (current != null && current.writableBytes() >= length) {
      return current;
    }
    passAll();
    ByteBuf fresh = channel.alloc().directBuffer(Math.max(SLAB, length));
    slab = fresh;
    return fresh;
  }

  /** Passes what is in the slab; its room stays ours. */
  private void passHeaders(ByteBuf from) {
    var _ = channel.write(from.readRetainedSlice(from.readableBytes()), channel.voidPromise());
  }

  /** Passes all that was written to the channel: to be called before a flush. */
  void passAll() {
    ByteBuf last = slab;
    slab = null;
    if (last == null) {
      return;
    }
    if (last.isReadable()) {
      var _ = channel.write(last, channel.voidPromise());
    } else {
      last.release();
    }
  }

  /** Drops what was not passed. */
  void close() {
    ByteBuf last = slab;
    slab = null;
    if (last != null) {
      last.release();
    }
  }
}
