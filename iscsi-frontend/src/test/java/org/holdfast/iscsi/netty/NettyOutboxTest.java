package org.holdfast.iscsi.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.net.InetAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.holdfast.iscsi.Outbox;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.TargetPdu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The order and the flushing of what a connection sends. On a loop of its own thread: a channel in
 * memory runs queued tasks at every write.
 */
@Timeout(60)
class NettyOutboxTest {
  private final AtomicInteger flushes = new AtomicInteger();
  private final BlockingQueue<RecordingLogic> opened = new LinkedBlockingQueue<>();

  @Test
  void aBatchOfCompletionsIsFlushedOnce() throws Exception {
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    try {
      connect(loop);
      RecordingLogic logic = opened.poll(20, TimeUnit.SECONDS);
      Outbox outbox = logic.context.outbox();
      BlockingQueue<Integer> results = new LinkedBlockingQueue<>();
      // The completions pile up behind a task that keeps the loop busy until all are queued.
      Object gate = new Object();
      synchronized (gate) {
        outbox.execute(
            () -> {
              synchronized (gate) {
                flushes.set(0);
              }
            });
        for (int i = 0; i < 5; i++) {
          TargetPdu.NopIn answer =
              new TargetPdu.NopIn(0, i, -1, RecordingLogic.NUMBERS, DataSegment.EMPTY);
          outbox.execute(() -> outbox.send(answer));
        }
      }
      loop.submit(() -> loop.submit(() -> results.add(flushes.get())).isDone()).sync();
      assertThat(results.poll(20, TimeUnit.SECONDS)).isEqualTo(1);
    } finally {
      loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }
  }

  @Test
  void whatRunsBehindLetsOthersThroughFirst() throws Exception {
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    try {
      connect(loop);
      Outbox outbox = opened.poll(20, TimeUnit.SECONDS).context.outbox();
      BlockingQueue<String> order = new LinkedBlockingQueue<>();
      CountDownLatch busy = new CountDownLatch(1);
      CountDownLatch handedOver = new CountDownLatch(1);
      var _ =
          loop.submit(
              () -> {
                busy.countDown();
                handedOver.await();
                outbox.executeBehind(() -> order.add("behind"));
                outbox.execute(() -> order.add("at once"));
                return order;
              });
      busy.await();
      outbox.execute(() -> order.add("handed over by another thread"));
      handedOver.countDown();
      assertThat(order.poll(20, TimeUnit.SECONDS)).isEqualTo("at once");
      assertThat(order.poll(20, TimeUnit.SECONDS)).isEqualTo("handed over by another thread");
      assertThat(order.poll(20, TimeUnit.SECONDS)).isEqualTo("behind");
    } finally {
      loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }
  }

  private void connect(EventLoopGroup loop) throws InterruptedException {
    Admission admission = new Admission(new ServerSettings.Limits(4, 4, 4));
    LocalAddress address = new LocalAddress(NettyOutboxTest.class);
    new ServerBootstrap()
        .group(loop)
        .channel(LocalServerChannel.class)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new FlushCounter(), handler(admission));
              }
            })
        .bind(address)
        .sync();
    new Bootstrap()
        .group(loop)
        .channel(LocalChannel.class)
        .handler(new ChannelInboundHandlerAdapter())
        .connect(address)
        .sync();
  }

  private ConnectionHandler handler(Admission admission) {
    return switch (admission.admit(InetAddress.getLoopbackAddress(), () -> {})) {
      case Admission.Decision.Admitted(Admission.Slot slot) ->
          new ConnectionHandler(
              ServerSettings.defaults(),
              context -> {
                RecordingLogic logic = new RecordingLogic(context);
                opened.add(logic);
                return logic;
              },
              new NettyBufferAllocator(PooledByteBufAllocator.DEFAULT),
              slot);
      case Admission.Decision.Refused refused -> throw new AssertionError(refused);
    };
  }

  private final class FlushCounter extends ChannelOutboundHandlerAdapter {
    @Override
    public void flush(ChannelHandlerContext ctx) {
      flushes.incrementAndGet();
      ctx.flush();
    }
  }
}
