package org.holdfast.iscsi.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.holdfast.iscsi.ConnectionLogic;
import org.holdfast.iscsi.capture.Capture;
import org.holdfast.iscsi.capture.ConnectionRecorder;
import org.holdfast.iscsi.pdu.Bhs;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.Opcode;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.PduDecoder;
import org.holdfast.iscsi.pdu.ProtocolViolation;
import org.holdfast.iscsi.pdu.WireFormat;
import org.holdfast.scsi.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted connection: feeds the decoder, calls the logic, keeps its timers. Everything runs on
 * the channel's event loop.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter
    implements PduDecoder.Receiver, NettyOutbox.Connection {
  private static final Logger log = LoggerFactory.getLogger(ConnectionHandler.class);

  /** Bytes of a data segment from which on a read of its own is cheaper than a copy. */
  private static final int WORTHWHILE = 16 << 10;

  private final ServerSettings settings;
  private final ConnectionLogic.Factory factory;
  private final BufferAllocator allocator;
  private final Admission.Slot slot;
  private final PduDecoder decoder;
  private final List<Future<?>> timers = new ArrayList<>();

  private @Nullable ConnectionLogic logic;
  private @Nullable NettyOutbox outbox;
  private @Nullable Future<?> loginTimer;
  private boolean receiving = true;

  /** Once there is a session. */
  private @Nullable WireFormat format;

  /** The channel was told to read to the place of the data that is coming in. */
  private boolean landing;

  ConnectionHandler(
      ServerSettings settings,
      ConnectionLogic.Factory factory,
      BufferAllocator allocator,
      Admission.Slot slot) {
    this.settings = settings;
    this.factory = factory;
    this.allocator = allocator;
    this.slot = slot;
    this.decoder = new PduDecoder(Opcode.Side.INITIATOR, this::destination, this);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    NettyOutbox out = new NettyOutbox(ctx, this, settings.closingTimeout());
    outbox = out;
    loginTimer =
        ctx.executor()
            .schedule(
                () -> out.abort("no login within " + settings.loginTimeout()),
                settings.loginTimeout().toNanos(),
                TimeUnit.NANOSECONDS);
    ConnectionLogic opened =
        factory.open(
            new ConnectionLogic.Context(
                address(ctx.channel().remoteAddress()),
                address(ctx.channel().localAddress()),
                out,
                allocator,
                ctx.executor().ticker()::nanoTime));
    logic = opened;
    long tick = settings.tick().toNanos();
    timers.add(
        ctx.executor()
            .scheduleWithFixedDelay(
                () -> out.execute(() -> opened.onTick(ctx.executor().ticker().nanoTime())),
                tick,
                tick,
                TimeUnit.NANOSECONDS));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      if (outbox != null) {
        outbox.readTurnBegins();
      }
      if (!receiving) {
        return;
      }
      if (landing) {
        decoder.landed(bytes.readableBytes());
      } else {
        decoder.feed(bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes()));
      }
    } finally {
      bytes.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (outbox != null) {
      outbox.readTurnEnds();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (outbox != null) {
      outbox.flush();
      outbox.adjustReading();
    }
  }

  /**
   * Where the channel is to read to: into the command's memory when that is worth a read of its
   * own. Null: anywhere. The channel asks before every read.
   */
  @Nullable ByteBuf landing() {
    ByteBuffer place = receiving ? decoder.landing(WORTHWHILE) : null;
    landing = place != null;
    return place == null ? null : Unpooled.wrappedBuffer(place).clear();
  }

  private DataSegment destination(Bhs header, int length) {
    return logic == null || !receiving
        ? DataSegment.skipped(length)
        : logic.destination(header, length);
  }

  @Override
  public void onPdu(Pdu pdu) {
    if (logic == null || !receiving) {
      pdu.data().release();
      return;
    }
    logic.onPdu(pdu);
  }

  @Override
  public void onViolation(ProtocolViolation violation) {
    if (logic != null && receiving) {
      logic.onViolation(violation);
    }
  }

  @Override
  public void fullFeaturePhase(WireFormat agreed) {
    format = agreed;
    decoder.wireFormat(agreed);
    slot.loggedIn();
    if (loginTimer != null) {
      loginTimer.cancel(false);
    }
  }

  @Override
  public void stopReceiving() {
    receiving = false;
    decoder.close();
  }

  /** The server stops. Thread: the event loop. */
  void drain() {
    if (logic != null && receiving) {
      logic.onDrain();
    }
  }

  /**
   * Has the session recorded from here on. Thread: the event loop.
   *
   * @return false when there is none any more
   */
  boolean record(ChannelHandlerContext ctx, Capture capture) {
    WireFormat agreed = format;
    if (agreed == null || outbox == null || !receiving || ctx.isRemoved()) {
      return false;
    }
    outbox.passAll();
    CaptureTap.insert(
        ctx.pipeline(),
        ConnectionRecorder.joining(
            capture,
            address(ctx.channel().remoteAddress()),
            address(ctx.channel().localAddress()),
            agreed,
            decoder.unfinished()));
    return true;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stopReceiving();
    slot.closed();
    timers.forEach(timer -> timer.cancel(false));
    if (loginTimer != null) {
      loginTimer.cancel(false);
    }
    if (outbox != null) {
      outbox.closed();
    }
    ConnectionLogic ended = logic;
    logic = null;
    if (ended != null) {
      ended.onClosed();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      log.debug("{}: connection lost: {}", ctx.channel().remoteAddress(), cause.getMessage());
    } else {
      log.error("{}: internal error; closing the connection", ctx.channel().remoteAddress(), cause);
    }
    var _ = ctx.close();
  }

  /** Channels in memory have no socket address. */
  private static InetSocketAddress address(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? inet
        : InetSocketAddress.createUnresolved(address.toString(), 0);
  }
}
