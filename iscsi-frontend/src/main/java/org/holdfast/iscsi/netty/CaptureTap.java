package org.holdfast.iscsi.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.holdfast.iscsi.capture.ConnectionRecorder;
import org.holdfast.iscsi.pdu.WireFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the bytes of a connection to a recorder, and goes when that has seen enough. Whatever goes
 * wrong with the recorder, the connection does not notice. Thread: the channel's event loop.
 */
final class CaptureTap extends ChannelDuplexHandler {
  private static final Logger log = LoggerFactory.getLogger(CaptureTap.class);

  private final ConnectionRecorder recorder;

  private CaptureTap(ConnectionRecorder recorder) {
    this.recorder = recorder;
  }

  /** Puts one between the channel and its connection; nearer to the channel than earlier ones. */
  static void insert(ChannelPipeline pipeline, ConnectionRecorder recorder) {
    pipeline.addFirst("capture-" + recorder.captureId(), new CaptureTap(recorder));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      show(ctx, recorder::received, bytes);
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf bytes) {
      show(ctx, recorder::sent, bytes);
    }
    var _ = ctx.write(message, promise);
  }

  private void show(ChannelHandlerContext ctx, Consumer<ByteBuffer> way, ByteBuf bytes) {
    try {
      way.accept(bytes.nioBuffer());
    } catch (RuntimeException e) {
      log.error("{}: the capture fails", ctx.channel().remoteAddress(), e);
      recorder.failed();
    }
    if (!recorder.wanted()) {
      ctx.pipeline().remove(this);
    }
  }

  /** The outbox says so when the login is complete. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof WireFormat format) {
      recorder.fullFeaturePhase(format);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    recorder.closed();
    ctx.fireChannelInactive();
  }
}
