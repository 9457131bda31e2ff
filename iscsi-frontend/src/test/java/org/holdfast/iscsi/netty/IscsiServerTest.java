package org.holdfast.iscsi.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.holdfast.iscsi.capture.Captures;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.Opcode;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.PduSamples;
import org.holdfast.iscsi.pdu.TargetPdu;
import org.holdfast.iscsi.pdu.WireFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets on loopback. Whatever strangers do, a client that logs in is served. */
@Timeout(60)
class IscsiServerTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final ConcurrentLinkedQueue<RecordingLogic> opened = new ConcurrentLinkedQueue<>();
  private final List<Socket> sockets = new ArrayList<>();
  private final Captures captures = new Captures(InstantSource.system());
  private IscsiServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        IscsiServer.start(
            ServerSettings.defaults()
                .withLimits(new ServerSettings.Limits(64, 32, 16))
                .withLoginTimeout(Duration.ofSeconds(30)),
            context -> {
              RecordingLogic logic = new RecordingLogic(context);
              opened.add(logic);
              return logic;
            },
            captures,
            List.of(ANY_PORT));
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
    assertThat(server.connectionCount()).isZero();
  }

  private Socket connect() throws IOException {
    InetSocketAddress address = server.boundAddresses().getFirst();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(20_000);
    sockets.add(socket);
    return socket;
  }

  private static Pdu exchange(Socket socket, Pdu request) throws IOException {
    socket.getOutputStream().write(PduSamples.encode(WireFormat.LOGIN, request));
    return receive(socket);
  }

  private static Pdu receive(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] header = in.readNBytes(48);
    assertThat(header).as("header of the answer").hasSize(48);
    int length = ByteBuffer.wrap(header).getInt(4) & 0xFFFFFF;
    byte[] rest = in.readNBytes(length + 3 & ~3);
    byte[] all = ByteBuffer.allocate(48 + rest.length).put(header).put(rest).array();
    return PduSamples.decode(WireFormat.LOGIN, Opcode.Side.TARGET, all);
  }

  private Socket logIn() throws IOException {
    Socket socket = connect();
    Pdu answer =
        exchange(
            socket,
            new InitiatorPdu.LoginRequest(
                true, false, 1, 3, 0, 0, 42, 0, 7, 1, 1, 1, DataSegment.EMPTY));
    assertThat(answer.opcode()).isEqualTo(Opcode.LOGIN_RESPONSE);
    return socket;
  }

  private static void ping(Socket socket) throws IOException {
    byte[] data = new byte[8000];
    new Random(1).nextBytes(data);
    Pdu answer =
        exchange(socket, new InitiatorPdu.NopOut(true, 0, 3, -1, 1, 1, DataSegment.copyOf(data)));
    assertThat(answer.data().toByteArray()).isEqualTo(data);
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void aPortScanLeavesTheServerServing() throws IOException {
    Socket before = logIn();
    InetSocketAddress address = server.boundAddresses().getFirst();
    for (int i = 0; i < 300; i++) {
      new Socket(address.getAddress(), address.getPort()).close();
    }
    ping(before);
    ping(logIn());
    await("only the two are left", () -> server.connectionCount() == 2);
  }

  @Test
  void halfOpenConnectionsDisplaceEachOtherAndNobodyElse() throws IOException {
    Socket before = logIn();
    for (int i = 0; i < 100; i++) {
      // Half a header, and then silence.
      connect().getOutputStream().write(new byte[20]);
    }
    ping(before);
    ping(logIn());
    await("the limit holds", () -> server.connectionCount() <= 16 + 2);
  }

  @Test
  void garbageEndsItsOwnConnectionOnly() throws IOException {
    Socket before = logIn();
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      byte[] garbage = new byte[1 + random.nextInt(4000)];
      random.nextBytes(garbage);
      Socket socket = connect();
      socket.getOutputStream().write(garbage);
      socket.shutdownOutput();
    }
    ping(before);
    ping(logIn());
    await("garbage is closed, seed " + seed, () -> server.connectionCount() == 2);
  }

  @Test
  void aLoginOf16MebibytesIsCutOff() throws IOException {
    Socket hostile = connect();
    byte[] header = new byte[48];
    header[0] = 0x43;
    header[5] = header[6] = header[7] = (byte) 0xFF;
    hostile.getOutputStream().write(header);
    assertThat(hostile.getInputStream().read()).isEqualTo(-1);
    assertThat(opened.peek().events).contains("violation PROTOCOL_ERROR");
    ping(logIn());
  }

  @Test
  void completionsOfOtherThreadsRunOnTheConnectionsThread() throws IOException {
    Socket socket = logIn();
    RecordingLogic logic = opened.peek();
    List<Thread> threads = new CopyOnWriteArrayList<>();
    logic.context.outbox().execute(() -> threads.add(Thread.currentThread()));
    logic
        .context
        .outbox()
        .execute(
            () -> {
              threads.add(Thread.currentThread());
              logic
                  .context
                  .outbox()
                  .send(new TargetPdu.NopIn(0, 77, -1, RecordingLogic.NUMBERS, DataSegment.EMPTY));
            });
    assertThat(receive(socket).initiatorTaskTag()).isEqualTo(77);
    assertThat(threads).hasSize(2).doesNotContain(Thread.currentThread());
    assertThat(threads.getFirst()).isSameAs(threads.getLast());
  }

  @Test
  void drainEndsConnectionsAndStopsAccepting() throws Exception {
    Socket socket = logIn();
    InetSocketAddress address = server.boundAddresses().getFirst();
    Thread peer = new Thread(() -> endWhenTheServerDoes(socket));
    peer.start();
    assertThat(server.drain(Duration.ofSeconds(20))).isTrue();
    peer.join();
    assertThat(opened.peek().closed.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(opened.peek().events).containsSubsequence("drain", "closed");
    assertThatThrownBy(() -> new Socket(address.getAddress(), address.getPort()))
        .isInstanceOf(IOException.class);
  }

  private static void endWhenTheServerDoes(Socket socket) {
    try (socket) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aBusyPortIsNamedAndNothingStaysBound() throws IOException {
    InetSocketAddress busy = server.boundAddresses().getFirst();
    assertThatThrownBy(
            () ->
                IscsiServer.start(
                    ServerSettings.defaults(),
                    RecordingLogic::new,
                    captures,
                    List.of(ANY_PORT, busy)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + busy.getPort())
        .hasMessageContaining("already in use")
        .hasMessageContaining("choose another portal");
    ping(logIn());
  }
}
