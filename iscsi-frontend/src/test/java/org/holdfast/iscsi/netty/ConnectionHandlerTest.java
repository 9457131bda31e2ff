package org.holdfast.iscsi.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.holdfast.iscsi.ConnectionLogic;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.Digest;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.Opcode;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.PduDecoder;
import org.holdfast.iscsi.pdu.PduSamples;
import org.holdfast.iscsi.pdu.TargetPdu;
import org.holdfast.iscsi.pdu.WireFormat;
import org.holdfast.scsi.DataBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The handler in a channel without a network, on a clock that the test moves. */
class ConnectionHandlerTest {
  private static final WireFormat DIGESTS = new WireFormat(Digest.CRC32C, Digest.CRC32C, 65536);

  /** Counts to the byte what is not given back. */
  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);

  private final NettyBufferAllocator allocator = new NettyBufferAllocator(memory);
  private final Admission admission = new Admission(new ServerSettings.Limits(10, 10, 10));
  private final AtomicReference<RecordingLogic> opened = new AtomicReference<>();
  private EmbeddedChannel channel;
  private int flushes;

  @BeforeEach
  void connect() throws Exception {
    channel = connect(RecordingLogic::new);
  }

  private EmbeddedChannel connect(Function<ConnectionLogic.Context, RecordingLogic> logic)
      throws Exception {
    Admission.Slot slot =
        switch (admission.admit(InetAddress.getLoopbackAddress(), () -> {})) {
          case Admission.Decision.Admitted(Admission.Slot granted) -> granted;
          case Admission.Decision.Refused refused -> throw new AssertionError(refused);
        };
    ConnectionHandler handler =
        new ConnectionHandler(
            ServerSettings.defaults(),
            context -> {
              RecordingLogic made = logic.apply(context);
              opened.set(made);
              return made;
            },
            allocator,
            slot);
    EmbeddedChannel made = new EmbeddedChannel();
    made.freezeTime();
    made.config().setAllocator(memory);
    made.config().setWriteBufferHighWaterMark(64 << 10);
    made.config().setWriteBufferLowWaterMark(32 << 10);
    made.pipeline()
        .addLast(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void flush(ChannelHandlerContext ctx) {
                flushes++;
                ctx.flush();
              }
            },
            handler);
    handler.channelActive(made.pipeline().context(handler));
    return made;
  }

  @AfterEach
  void nothingIsLeft() {
    channel.finishAndReleaseAll();
    assertThat(admission.connections()).isZero();
    assertThat(memory.metric().usedDirectMemory()).isZero();
  }

  private RecordingLogic logic() {
    return opened.get();
  }

  private static byte[] login() {
    return PduSamples.encode(
        WireFormat.LOGIN,
        new InitiatorPdu.LoginRequest(
            true, false, 1, 3, 0, 0, 42, 0, 7, 1, 1, 1, DataSegment.copyOf(new byte[] {65, 61})));
  }

  private static byte[] nop(WireFormat format, int tag, int length) {
    return PduSamples.encode(
        format, new InitiatorPdu.NopOut(true, 0, tag, -1, 2, 3, data(tag, length)));
  }

  private static DataSegment data(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return DataSegment.copyOf(bytes);
  }

  /** Everything that was written and not read yet. */
  private List<Pdu> written(WireFormat format) {
    PduSamples.Received received = new PduSamples.Received();
    PduDecoder decoder = PduSamples.decoder(Opcode.Side.TARGET, format, received);
    decoder.feed(ByteBuffer.wrap(Outbound.bytes(channel)));
    assertThat(received.violations).isEmpty();
    return received.pdus;
  }

  @Test
  void loginThenNopsWithDigestsOneByteAtATime() {
    opened.get().afterLogin = DIGESTS;
    for (byte one : login()) {
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {one}));
    }
    assertThat(written(WireFormat.LOGIN))
        .singleElement()
        .isInstanceOf(TargetPdu.LoginResponse.class);
    for (byte one : nop(DIGESTS, 9, 5000)) {
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {one}));
    }
    List<Pdu> answers = written(DIGESTS);
    assertThat(answers).hasSize(1);
    assertThat(answers.getFirst().data().toByteArray()).isEqualTo(data(9, 5000).toByteArray());
    assertThat(logic().events).containsExactly("LOGIN_REQUEST", "NOP_OUT");
  }

  @Test
  void aReadTurnIsFlushedOnce() {
    ByteArrayOutputStream turn = new ByteArrayOutputStream();
    turn.writeBytes(login());
    for (int i = 0; i < 10; i++) {
      turn.writeBytes(nop(WireFormat.LOGIN, i, 10 * i));
    }
    flushes = 0;
    var _ = channel.writeOneInbound(Unpooled.wrappedBuffer(turn.toByteArray()));
    assertThat(flushes).isZero();
    channel.flushInbound();
    assertThat(flushes).isEqualTo(1);
    assertThat(written(WireFormat.LOGIN)).hasSize(11);
  }

  private static TargetPdu.NopIn nopIn(int tag, DataSegment data) {
    return new TargetPdu.NopIn(0, tag, -1, RecordingLogic.NUMBERS, data);
  }

  @Test
  void largeDataGoesOutUncopiedAndItsHookRunsOnce() {
    DataBuffer task = allocator.allocate(20000);
    byte[] content = data(3, 20000).toByteArray();
    task.view(0, 20000).put(content);
    AtomicInteger hooks = new AtomicInteger();
    DataSegment slice =
        DataSegment.slice(
            task,
            100,
            9999,
            () -> {
              hooks.incrementAndGet();
              task.release();
            });
    ByteBuffer memory = task.view(100, 9999);
    logic().context.outbox().send(nopIn(1, slice));
    assertThat(hooks).hasValue(1);
    channel.runPendingTasks();
    ByteBuf header = channel.readOutbound();
    ByteBuf data = channel.readOutbound();
    ByteBuf trailer = channel.readOutbound();
    // The socket would read the very memory of the task, though the task has let go of it.
    assertThat(data.memoryAddress()).isEqualTo(Unpooled.wrappedBuffer(memory).memoryAddress());
    assertThat(data.readableBytes()).isEqualTo(9999);
    byte[] sent = new byte[9999];
    data.readBytes(sent);
    assertThat(sent).isEqualTo(Arrays.copyOfRange(content, 100, 10099));
    assertThat(header.readableBytes()).isEqualTo(48);
    assertThat(trailer.readableBytes()).isEqualTo(1);
    assertThat(data.refCnt()).isEqualTo(1);
    header.release();
    data.release();
    trailer.release();
    assertThat(data.refCnt()).isZero();
  }

  @Test
  void shortAnswersOfATurnAreOnePiece() {
    for (int i = 0; i < 40; i++) {
      logic().context.outbox().send(nopIn(i, DataSegment.EMPTY));
    }
    channel.runPendingTasks();
    ByteBuf all = channel.readOutbound();
    assertThat(all.readableBytes()).isEqualTo(40 * 48);
    all.release();
    assertThat(channel.<ByteBuf>readOutbound()).isNull();
  }

  @Test
  void whatWasNotFlushedIsDroppedWithTheConnection() {
    channel.pipeline().addFirst(new StuckSocket());
    logic().context.outbox().send(nopIn(1, DataSegment.EMPTY));
    logic().context.outbox().abort("test");
    assertThat(logic().events).containsExactly("closed");
  }

  @Test
  void muchDataIsNotHeldBackUntilTheEndOfTheTurn() {
    channel.config().setWriteBufferHighWaterMark(1 << 20);
    flushes = 0;
    channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(login()));
    for (int i = 0; i < 3; i++) {
      logic()
          .context
          .outbox()
          .send(nopIn(i, DataSegment.owning(allocator.allocate(100_000), 100_000)));
    }
    assertThat(flushes).isEqualTo(1);
    channel.pipeline().fireChannelReadComplete();
    assertThat(flushes).isEqualTo(2);
    channel.releaseOutbound();
  }

  @Test
  void whatIsSentAfterTheEndGivesItsBufferBack() {
    var _ = channel.close();
    AtomicInteger hooks = new AtomicInteger();
    DataBuffer task = allocator.allocate(4096);
    logic()
        .context
        .outbox()
        .execute(
            () ->
                logic()
                    .context
                    .outbox()
                    .send(
                        nopIn(
                            1,
                            DataSegment.slice(
                                task,
                                0,
                                4096,
                                () -> {
                                  hooks.incrementAndGet();
                                  task.release();
                                }))));
    assertThat(hooks).hasValue(1);
    assertThat(logic().events).containsExactly("closed");
  }

  @Test
  void aPeerThatDoesNotReadIsNotReadFrom() {
    channel.writeInbound(Unpooled.wrappedBuffer(login()));
    assertThat(channel.config().isAutoRead()).isTrue();
    channel.pipeline().addFirst(new StuckSocket());
    for (int i = 0; i < 20; i++) {
      channel.writeInbound(Unpooled.wrappedBuffer(nop(WireFormat.LOGIN, i, 8000)));
    }
    assertThat(channel.config().isAutoRead()).isFalse();
    channel.pipeline().remove(StuckSocket.class);
    channel.flush();
    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(written(WireFormat.LOGIN)).hasSize(21);
  }

  /** A socket whose peer takes nothing: flushes stop here. */
  private static final class StuckSocket extends ChannelOutboundHandlerAdapter {
    @Override
    public void flush(ChannelHandlerContext ctx) {}
  }

  @Test
  void suspendedReadingResumes() {
    logic().context.outbox().suspendReading();
    assertThat(channel.config().isAutoRead()).isFalse();
    logic().context.outbox().resumeReading();
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void noLoginInTimeClosesTheConnection() {
    Duration timeout = ServerSettings.defaults().loginTimeout();
    channel.advanceTimeBy(timeout.toMillis() - 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isTrue();
    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThat(logic().events).endsWith("closed").containsOnlyOnce("closed");
  }

  @Test
  void afterLoginNothingIsTimed() {
    channel.writeInbound(Unpooled.wrappedBuffer(login()));
    channel.advanceTimeBy(1, TimeUnit.HOURS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isTrue();
    assertThat(logic().events).contains("tick");
    assertThat(admission.pending()).isZero();
    written(WireFormat.LOGIN);
  }

  @Test
  void aViolationIsReportedOnceAndTheRestIgnored() {
    byte[] hostile = new byte[48 + 1000];
    hostile[0] = 0x43;
    hostile[5] = (byte) 0xFF;
    channel.writeInbound(Unpooled.copiedBuffer(hostile, login()));
    assertThat(logic().events).containsExactly("violation PROTOCOL_ERROR", "closed");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aConnectionThatEndsInTheMiddleOfDataLeaksNothing() {
    byte[] bytes = nop(WireFormat.LOGIN, 1, 4000);
    channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, 2000));
    var _ = channel.close();
    assertThat(logic().events).containsExactly("closed");
  }

  @Test
  void aLogicThatThrowsLosesItsConnectionOnly() throws Exception {
    EmbeddedChannel other = channel;
    channel =
        connect(
            context ->
                new RecordingLogic(context) {
                  @Override
                  public void onPdu(Pdu pdu) {
                    pdu.data().release();
                    throw new IllegalStateException("broken on purpose");
                  }
                });
    channel.writeInbound(Unpooled.wrappedBuffer(login()));
    assertThat(channel.isOpen()).isFalse();
    assertThat(logic().events).containsExactly("closed");
    assertThat(other.isOpen()).isTrue();
    other.finishAndReleaseAll();
  }

  @Test
  void buffersAreDirectAndReleasedOnce() {
    List<DataBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      DataBuffer buffer = allocator.allocate(1000 * i);
      assertThat(buffer.capacity()).isEqualTo(1000 * i);
      assertThat(buffer.view(0, 1000 * i).isDirect()).isTrue();
      buffers.add(buffer);
    }
    buffers.forEach(DataBuffer::release);
    org.assertj.core.api.Assertions.assertThatThrownBy(buffers.getFirst()::release)
        .hasMessageContaining("after its release");
  }
}
