package org.holdfast.iscsi.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.holdfast.iscsi.capture.CaptureInfo;
import org.holdfast.iscsi.capture.CapturedFile;
import org.holdfast.iscsi.capture.Captures;
import org.holdfast.iscsi.capture.Subject;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.Digest;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.PduSamples;
import org.holdfast.iscsi.pdu.TargetPdu;
import org.holdfast.iscsi.pdu.WireFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connection that is recorded, in a channel without a network. */
class CaptureTapTest {
  private static final WireFormat DIGESTS = new WireFormat(Digest.CRC32C, Digest.CRC32C, 65536);

  @TempDir private Path dir;
  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
  private final NettyBufferAllocator allocator = new NettyBufferAllocator(memory);
  private final Captures captures = new Captures(InstantSource.system());
  private final AtomicReference<RecordingLogic> opened = new AtomicReference<>();
  private EmbeddedChannel channel;
  private ConnectionHandler handler;

  @BeforeEach
  void connect() {
    Admission admission = new Admission(new ServerSettings.Limits(10, 10, 10));
    Admission.Slot slot =
        switch (admission.admit(InetAddress.getLoopbackAddress(), () -> {})) {
          case Admission.Decision.Admitted(Admission.Slot granted) -> granted;
          case Admission.Decision.Refused refused -> throw new AssertionError(refused);
        };
    handler =
        new ConnectionHandler(
            ServerSettings.defaults(),
            context -> {
              RecordingLogic made = new RecordingLogic(context);
              made.afterLogin = DIGESTS;
              made.lastAnswer = text("CHAP_R=0x12\0");
              opened.set(made);
              return made;
            },
            allocator,
            slot);
    channel = new EmbeddedChannel();
    channel.freezeTime();
    channel.config().setAllocator(memory);
    channel.pipeline().addLast(handler);
    handler.channelActive(channel.pipeline().context(handler));
  }

  @AfterEach
  void nothingIsLeft() {
    channel.finishAndReleaseAll();
    captures.close();
    assertThat(memory.metric().usedDirectMemory()).isZero();
  }

  private void receive(byte... bytes) {
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
  }

  private void logIn() {
    receive(
        PduSamples.encode(
            WireFormat.LOGIN,
            new InitiatorPdu.LoginRequest(
                true, false, 1, 3, 0, 0, 42, 0, 7, 1, 1, 1, DataSegment.copyOf(new byte[] {65}))));
    sent();
  }

  /** What went to the channel since the last time. */
  private byte[] sent() {
    channel.runPendingTasks();
    return Outbound.bytes(channel);
  }

  private static byte[] nop(int tag, int length) {
    return PduSamples.encode(
        DIGESTS,
        new InitiatorPdu.NopOut(true, 0, tag, -1, 2, 3, DataSegment.copyOf(new byte[length])));
  }

  private void send(int length) {
    var data = allocator.allocate(length);
    opened
        .get()
        .context
        .outbox()
        .send(
            new TargetPdu.NopIn(
                0, 1, -1, RecordingLogic.NUMBERS, DataSegment.owning(data, length)));
  }

  private boolean record() throws Exception {
    ChannelHandlerContext context = channel.pipeline().context(handler);
    boolean[] joined = new boolean[1];
    captures.start(
        new Subject.Session(1, "iqn.x"),
        dir.resolve("c"),
        1 << 20,
        capture -> joined[0] = handler.record(context, capture));
    return joined[0];
  }

  private byte[] recorded(int direction) throws IOException {
    captures.end("c1");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CapturedFile.packets(dir.resolve("c")).stream()
        .filter(packet -> packet.flags() == direction)
        .forEach(packet -> bytes.writeBytes(packet.bytes()));
    return bytes.toByteArray();
  }

  @Test
  void bothDirectionsBeginWithTheirNextPdu() throws Exception {
    logIn();
    byte[] first = nop(1, 300);
    byte[] second = nop(2, 30);
    receive(Arrays.copyOf(first, 200));
    send(9999); // Its padding and digest have not been passed to the channel yet.
    assertThat(record()).isTrue();
    sent();
    receive(Arrays.copyOfRange(first, 200, first.length));
    receive(Arrays.copyOf(second, 20));
    receive(Arrays.copyOfRange(second, 20, second.length));
    send(5000);
    byte[] after = sent();
    assertThat(opened.get().events).containsExactly("LOGIN_REQUEST", "NOP_OUT", "NOP_OUT");
    assertThat(recorded(1)).isEqualTo(second);
    assertThat(recorded(2)).isEqualTo(after);
    assertThat(after).hasSizeGreaterThan(5000 + 300 + 30);
  }

  @Test
  void aHeaderThatHadBegunIsRecordedWhole() throws Exception {
    logIn();
    byte[] nop = nop(1, 300);
    receive(Arrays.copyOf(nop, 20));
    assertThat(record()).isTrue();
    receive(Arrays.copyOfRange(nop, 20, nop.length));
    assertThat(recorded(1)).isEqualTo(nop);
  }

  @Test
  void theTapGoesWhenTheCaptureHasEnded() throws Exception {
    logIn();
    List<String> without = List.copyOf(channel.pipeline().names());
    assertThat(record()).isTrue();
    assertThat(channel.pipeline().names()).hasSize(without.size() + 1);
    captures.end("c1");
    receive(nop(1, 3));
    assertThat(channel.pipeline().names()).isEqualTo(without);
    assertThat(opened.get().events).containsExactly("LOGIN_REQUEST", "NOP_OUT");
    sent();
  }

  /** A login may go from the security stage right to its end, with the target's response. */
  @Test
  void theLastLoginResponseIsStillLogin() throws Exception {
    InetSocketAddress anywhere = new InetSocketAddress(0);
    captures.start(new Subject.Logins("iqn.2026-11.org.x:a"), dir.resolve("c"), 1 << 20, _ -> true);
    CaptureTap.insert(channel.pipeline(), captures.forNewcomer(anywhere, anywhere).getFirst());
    receive(
        PduSamples.encode(
            WireFormat.LOGIN,
            new InitiatorPdu.LoginRequest(
                true,
                false,
                0,
                3,
                0,
                0,
                42,
                0,
                7,
                1,
                1,
                1,
                text("InitiatorName=iqn.2026-11.org.x:a\0"))));
    send(20);
    sent();
    assertThat(new String(recorded(2), StandardCharsets.ISO_8859_1))
        .contains("CHAP_R=****\0")
        .doesNotContain("0x12");
  }

  private static DataSegment text(String text) {
    return DataSegment.copyOf(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void onlyASessionIsRecorded() throws Exception {
    assertThat(record()).isFalse();
    assertThat(captures.list().getFirst().reason()).isEqualTo("the session has ended");
  }

  @Test
  void theEndOfTheConnectionEndsTheCapture() throws Exception {
    logIn();
    assertThat(record()).isTrue();
    var _ = channel.close();
    assertThat(captures.end("c1").map(CaptureInfo::reason)).contains("the session has ended");
  }
}
