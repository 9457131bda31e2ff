package org.holdfast.iscsi.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.holdfast.iscsi.Outbox;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.WireFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out of one connection. Bytes are flushed once per turn: at the end of a read turn, or,
 * for completions that come from other threads, behind the batch of them that is queued on the
 * loop; earlier when much data has gathered.
 */
final class NettyOutbox implements Outbox {
  private static final Logger log = LoggerFactory.getLogger(NettyOutbox.class);

  /**
   * Bytes of data after which a flush is not put off: the peer can begin with them, and they are
   * still in the processor's cache when the kernel copies them.
   */
  private static final int MUCH = 256 << 10;

  private enum State {
    OPEN,
    /** Writing the last bytes, or waiting for the peer's end; nothing is sent or received. */
    CLOSING,
    CLOSED
  }

  /** What the outbox asks of the connection that it belongs to. */
  interface Connection {
    void fullFeaturePhase(WireFormat format);

    /** Nothing that is received matters any more. */
    void stopReceiving();
  }

  private final ChannelHandlerContext channel;
  private final Connection connection;
  private final PduWriter writer;
  private final Duration closingTimeout;
  private final Runnable later = this::flush;
  private State state = State.OPEN;
  private boolean inReadTurn;
  private boolean flushScheduled;
  private int unflushed;
  private boolean suspended;

  NettyOutbox(ChannelHandlerContext channel, Connection connection, Duration closingTimeout) {
    this.channel = channel;
    this.connection = connection;
    this.writer = new PduWriter(channel);
    this.closingTimeout = closingTimeout;
  }

  @Override
  public void send(Pdu pdu) {
    if (state != State.OPEN) {
      pdu.data().release();
      return;
    }
    unflushed += pdu.data().length();
    writer.write(pdu);
    if (unflushed >= MUCH) {
      flushNow();
    } else if (!inReadTurn && !flushScheduled) {
      flushScheduled = true;
      channel.executor().execute(later);
    }
  }

  @Override
  public void enterFullFeaturePhase(WireFormat format) {
    writer.wireFormat(format);
    connection.fullFeaturePhase(format);
    // Whoever records the connection has to see the end of the login before the new format.
    writer.passAll();
    channel.pipeline().fireUserEventTriggered(format);
  }

  @Override
  public void suspendReading() {
    suspended = true;
    adjustReading();
  }

  @Override
  public void resumeReading() {
    suspended = false;
    adjustReading();
  }

  /** Reads while the logic wants it and the peer takes what we send; to its end once closing. */
  void adjustReading() {
    boolean wanted = state != State.OPEN || (!suspended && channel.channel().isWritable());
    channel.channel().config().setAutoRead(wanted);
  }

  @Override
  public void closeAfterSent(String reason) {
    if (state != State.OPEN) {
      return;
    }
    log.debug("{} closing: {}", channel.channel().remoteAddress(), reason);
    state = State.CLOSING;
    connection.stopReceiving();
    adjustReading();
    var _ = channel.executor().schedule(this::cut, closingTimeout.toNanos(), TimeUnit.NANOSECONDS);
    writer.passAll();
    ChannelFuture written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    var _ = written.addListener(ignored -> endOutput(written.isSuccess()));
  }

  /**
   * Closing while bytes of the peer are unread makes the kernel send a reset, which can overtake
   * our last answer. So only our direction ends; the peer ends its own.
   */
  private void endOutput(boolean written) {
    if (written && channel.channel() instanceof DuplexChannel duplex) {
      var _ = duplex.shutdownOutput();
    } else {
      cut();
    }
  }

  private void cut() {
    if (state == State.CLOSING) {
      var _ = channel.close();
    }
  }

  @Override
  public void abort(String reason) {
    if (state == State.CLOSED) {
      return;
    }
    log.debug("{} aborting: {}", channel.channel().remoteAddress(), reason);
    state = State.CLOSED;
    connection.stopReceiving();
    var _ = channel.close();
  }

  @Override
  public void execute(Runnable action) {
    if (channel.executor().inEventLoop()) {
      run(action);
    } else {
      executeBehind(action);
    }
  }

  @Override
  public void executeBehind(Runnable action) {
    try {
      channel.executor().execute(() -> run(action));
    } catch (RejectedExecutionException e) {
      // The loops have ended, and with them everybody else who touched the connection. Late
      // completions still have to give their buffers back, one at a time.
      synchronized (this) {
        run(action);
      }
    }
  }

  private void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      log.error(
          "{}: a completion failed; closing the connection", channel.channel().remoteAddress(), e);
      abort("internal error");
    }
  }

  void readTurnBegins() {
    inReadTurn = true;
  }

  void readTurnEnds() {
    inReadTurn = false;
    flushNow();
  }

  void flush() {
    flushScheduled = false;
    flushNow();
  }

  private void flushNow() {
    unflushed = 0;
    writer.passAll();
    channel.flush();
  }

  /** Passes what was sent until now to the channel: the next bytes begin a PDU. */
  void passAll() {
    writer.passAll();
  }

  /** The transport is gone: whatever is sent from here on is dropped. */
  void closed() {
    state = State.CLOSED;
    writer.close();
  }
}
