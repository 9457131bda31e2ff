package org.holdfast.iscsi.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.PduEncoder;
import org.holdfast.iscsi.pdu.WireFormat;

/**
 * Puts PDUs into a channel's outbound buffer. Large data goes as a reference to the memory it lies
 * in; small data is copied behind its header, which is cheaper than one more piece to gather.
 * Thread: the channel's event loop.
 */
final class PduWriter {
  /** Bytes up to which copying wins. */
  private static final int SMALL = 1024;

  private final ChannelHandlerContext channel;
  private final PduEncoder encoder = new PduEncoder();

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
        writeInParts(pdu, buffer);
      } else {
        writeInOne(pdu);
      }
    } finally {
      data.release();
    }
  }

  private void writeInOne(Pdu pdu) {
    int header = encoder.headerLength(pdu);
    int data = pdu.data().length();
    int length = header + data + encoder.trailerLength(pdu);
    ByteBuf out = channel.alloc().directBuffer(length);
    try {
      ByteBuffer bytes = out.internalNioBuffer(0, length);
      encoder.header(pdu, bytes);
      if (data > 0) {
        bytes.put(pdu.data().bytes());
        encoder.trailer(pdu, bytes);
      }
    } catch (RuntimeException e) {
      out.release();
      throw e;
    }
    var _ = channel.write(out.writerIndex(length), channel.voidPromise());
  }

  private void writeInParts(Pdu pdu, NettyDataBuffer buffer) {
    int headerLength = encoder.headerLength(pdu);
    int trailerLength = encoder.trailerLength(pdu);
    // One allocation for what stands before and behind the data.
    ByteBuf frame = channel.alloc().directBuffer(headerLength + trailerLength);
    ByteBuf data;
    try {
      ByteBuffer bytes = frame.internalNioBuffer(0, headerLength + trailerLength);
      encoder.header(pdu, bytes);
      encoder.trailer(pdu, bytes);
      frame.writerIndex(headerLength + trailerLength);
      data = buffer.retainedSlice(pdu.data().offset(), pdu.data().length());
    } catch (RuntimeException e) {
      frame.release();
      throw e;
    }
    if (trailerLength == 0) {
      var _ = channel.write(frame, channel.voidPromise());
      var _ = channel.write(data, channel.voidPromise());
    } else {
      var _ = channel.write(frame.readRetainedSlice(headerLength), channel.voidPromise());
      var _ = channel.write(data, channel.voidPromise());
      var _ = channel.write(frame, channel.voidPromise());
    }
  }
}
