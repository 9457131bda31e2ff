package org.holdfast.iscsi.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;

/** What a channel in memory was given to send. */
final class Outbound {
  private Outbound() {}

  /** All bytes since the last time. */
  static byte[] bytes(EmbeddedChannel channel) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      byte[] copy = new byte[part.readableBytes()];
      part.readBytes(copy);
      bytes.writeBytes(copy);
      part.release();
    }
    return bytes.toByteArray();
  }
}
