package org.holdfast.iscsi.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.Digest;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.PduDecoder;
import org.holdfast.iscsi.pdu.PduSamples;
import org.holdfast.iscsi.pdu.WireFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CaptureTest {
  private static final WireFormat FORMAT = new WireFormat(Digest.CRC32C, Digest.NONE, 1 << 20);
  private static final PduDecoder.Unfinished NOTHING =
      new PduDecoder.Unfinished(ByteBuffer.allocate(0), 0);
  private static final Subject SESSION = new Subject.Session(7, "iqn.2026-11.org.example:a");
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123456789Z");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CapturedFile file = new CapturedFile();

  private static InetSocketAddress address(String host, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(host), port);
  }

  private static Capture capture(Subject subject, CaptureFile file, long limit) {
    return new Capture("c1", subject, Path.of("/x.pcapng"), file, limit, InstantSource.fixed(NOW));
  }

  private static ConnectionRecorder joined(Capture capture) {
    return ConnectionRecorder.joining(
        capture, address("192.0.2.9", 40000), address("192.0.2.1", 3261), FORMAT, NOTHING);
  }

  private static byte[] pdu(int tag, int length) {
    byte[] data = new byte[length];
    new Random(tag).nextBytes(data);
    return PduSamples.encode(
        FORMAT, new InitiatorPdu.NopOut(true, 0, tag, -1, 2, 3, DataSegment.copyOf(data)));
  }

  private static byte[] joined(List<CapturedFile.Packet> packets, int flags) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    packets.stream()
        .filter(packet -> packet.flags() == flags)
        .forEach(packet -> all.writeBytes(packet.bytes()));
    return all.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.9, 192.0.2.1, 192.0.2.9:40000, 192.0.2.1:3261",
    "2001:db8::9, 2001:db8::1, 2001:db8:0:0:0:0:0:9:40000, 2001:db8:0:0:0:0:0:1:3261"
  })
  void everyByteIsThereInNumberedPackets(
      String initiator, String portal, String source, String destination) {
    Capture capture = capture(SESSION, file, 1 << 20);
    capture.start();
    ConnectionRecorder recorder =
        ConnectionRecorder.joining(
            capture, address(initiator, 40000), address(portal, 3261), FORMAT, NOTHING);
    byte[] request = pdu(1, 5);
    byte[] answer = pdu(2, 200_001);
    recorder.received(ByteBuffer.wrap(request));
    recorder.sent(ByteBuffer.wrap(answer));
    recorder.received(ByteBuffer.wrap(request));
    capture.end("enough");
    assertThat(capture.awaitEnd(PATIENCE)).isTrue();

    file.read();
    assertThat(file.closed).isTrue();
    assertThat(joined(file.packets, 2)).isEqualTo(answer);
    assertThat(joined(file.packets, 1)).hasSize(2 * request.length);
    assertThat(file.packets).hasSize(6).allMatch(packet -> packet.payload().remaining() <= 65495);
    int[] next = {0, 0};
    for (CapturedFile.Packet packet : file.packets) {
      boolean sent = packet.flags() == 2;
      assertThat(packet.source()).isEqualTo(sent ? destination : source);
      assertThat(packet.destination()).isEqualTo(sent ? source : destination);
      assertThat(packet.sequence()).isEqualTo(next[sent ? 1 : 0]);
      assertThat(packet.acknowledged()).isEqualTo(next[sent ? 0 : 1]);
      assertThat(packet.nanos()).isEqualTo(NOW.getEpochSecond() * 1_000_000_000L + 123_456_789);
      next[sent ? 1 : 0] += packet.payload().remaining();
    }
    assertThat(file.statistics).containsExactly(new CapturedFile.Statistics(6, 0));
    assertThat(capture.info().state()).isEqualTo(CaptureInfo.State.ENDED);
    assertThat(capture.info().reason()).isEqualTo("enough");
    assertThat(capture.info().bytes()).isEqualTo(file.bytes().length);
    assertThat(capture.info().packets()).isEqualTo(6);
  }

  /** The second limit leaves room for one more packet, but not for the end of the file. */
  @ParameterizedTest
  @ValueSource(longs = {10_000, 10_420})
  void theFileNeverGrowsBeyondItsLimitAndSaysSo(long limit) {
    Capture capture = capture(SESSION, file, limit);
    capture.start();
    ConnectionRecorder recorder = joined(capture);
    for (int i = 0; recorder.wanted(); i++) {
      recorder.received(ByteBuffer.wrap(pdu(i, 1000)));
    }
    assertThat(capture.awaitEnd(PATIENCE)).isTrue();
    assertThat(file.read().packets).hasSize(8);
    assertThat(file.statistics).hasSize(1);
    assertThat(file.bytes()).hasSizeBetween(9_000, (int) limit);
    assertThat(capture.info().reason())
        .isEqualTo("the file has reached its limit of " + limit + " bytes");
  }

  @Test
  void aFullDiskEndsTheCaptureWithAFileThatCanBeRead() {
    file.room = 700_000;
    Capture capture = capture(SESSION, file, 1 << 30);
    capture.start();
    ConnectionRecorder recorder = joined(capture);
    for (int i = 0; recorder.wanted(); i++) {
      recorder.received(ByteBuffer.wrap(pdu(i, 100_000)));
    }
    assertThat(capture.awaitEnd(PATIENCE)).isTrue();
    assertThat(capture.info().reason())
        .isEqualTo("/x.pcapng cannot be written: No space left on device");
    assertThat(capture.info().packets()).isEqualTo(file.read().packets.size()).isPositive();
    assertThat(file.statistics).hasSize(1);
    assertThat(file.closed).isTrue();
  }

  /** A file that hangs until it is told to go on. */
  private static final class SlowFile implements CaptureFile {
    final CapturedFile inner = new CapturedFile();
    final CountDownLatch going = new CountDownLatch(1);

    @Override
    public void append(ByteBuffer bytes) throws IOException {
      try {
        going.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      inner.append(bytes);
    }

    @Override
    public void truncate(long length) {
      inner.truncate(length);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  /** Nobody waits for the disk; what is lost is counted, and what follows begins with a PDU. */
  @Test
  void aSlowDiskLosesPacketsAndIsNotWaitedFor() {
    SlowFile slow = new SlowFile();
    Capture capture = capture(SESSION, slow, 1 << 30);
    capture.start();
    ConnectionRecorder recorder = joined(capture);
    byte[] pdu = pdu(1, 200_000);
    byte[] head = Arrays.copyOf(pdu, 100_000);
    byte[] tail = Arrays.copyOfRange(pdu, 100_000, pdu.length);
    int given = 0;
    while (capture.info().lostBytes() == 0) {
      recorder.sent(ByteBuffer.wrap(head));
      recorder.sent(ByteBuffer.wrap(tail));
      given += pdu.length;
      assertThat(given).as("bounded").isLessThan(2 * Capture.QUEUE);
    }
    assertThat(given).isGreaterThan(Capture.QUEUE - 2 * pdu.length);
    recorder.sent(ByteBuffer.wrap(head));
    slow.going.countDown();
    byte[] last = pdu(2, 8);
    while (!capture.reserve(2 * pdu.length)) {
      Thread.onSpinWait();
    }
    capture.giveBack(2 * pdu.length);
    recorder.sent(ByteBuffer.wrap(tail));
    recorder.sent(ByteBuffer.wrap(last));
    capture.end("enough");
    assertThat(capture.awaitEnd(PATIENCE)).isTrue();

    CaptureInfo info = capture.info();
    CapturedFile.Packet end = slow.inner.read().packets.getLast();
    assertThat(end.bytes()).isEqualTo(last);
    long recorded = slow.inner.packets.stream().mapToLong(p -> p.payload().remaining()).sum();
    assertThat(recorded + info.lostBytes()).isEqualTo(given + pdu.length + last.length);
    List<CapturedFile.Packet> packets = slow.inner.packets;
    for (int i = 1; i < packets.size(); i++) {
      CapturedFile.Packet before = packets.get(i - 1);
      boolean gap = before.sequence() + before.payload().remaining() != packets.get(i).sequence();
      assertThat(gap).as("one gap, and a PDU behind it").isEqualTo(i == packets.size() - 1);
    }
    assertThat(end.sequence()).as("numbers count what is lost, too").isEqualTo(given + pdu.length);
    assertThat(slow.inner.statistics)
        .containsExactly(
            new CapturedFile.Statistics(info.packets() + info.lostPackets(), info.lostPackets()));
    assertThat(info.lostPackets()).isPositive();
  }

  /** Who ends a capture is told that not all of it is in the file. */
  @Test
  void aFailureAfterTheEndIsTold() {
    SlowFile slow = new SlowFile();
    slow.inner.room = 1000;
    Capture capture = capture(SESSION, slow, 1 << 20);
    capture.start();
    joined(capture).sent(ByteBuffer.wrap(pdu(1, 2000)));
    capture.end("enough");
    slow.going.countDown();
    assertThat(capture.awaitEnd(PATIENCE)).isTrue();
    assertThat(capture.info().reason())
        .isEqualTo("/x.pcapng cannot be written: No space left on device");
  }

  @Test
  void aSessionThatEndsEndsItsCapture() {
    Capture capture = capture(SESSION, file, 1 << 20);
    capture.start();
    joined(capture).closed();
    assertThat(capture.awaitEnd(PATIENCE)).isTrue();
    assertThat(capture.info().reason()).isEqualTo("the session has ended");
  }

  // ---- Logins.

  private static final String NAME = "InitiatorName=IQN.2026-11.org.example:A\0";

  private static ConnectionRecorder newcomer(Capture capture) {
    return ConnectionRecorder.fromTheBeginning(
        capture, address("192.0.2.9", 40000), address("192.0.2.1", 3260));
  }

  @Test
  void loginsAreRecordedFromTheirFirstByteWithoutTheirSecrets() {
    Capture capture = capture(new Subject.Logins(SESSION.initiator()), file, 1 << 20);
    capture.start();
    assertThat(capture.info().state()).isEqualTo(CaptureInfo.State.WAITING);
    ConnectionRecorder stranger = newcomer(capture);
    stranger.received(
        ByteBuffer.wrap(PduStreamTest.login("InitiatorName=iqn.2026-11.org.example:b\0", false)));
    assertThat(stranger.wanted()).isFalse();
    assertThat(capture.info().state()).isEqualTo(CaptureInfo.State.WAITING);

    ConnectionRecorder recorder = newcomer(capture);
    byte[] first = PduStreamTest.login(NAME, false);
    recorder.received(ByteBuffer.wrap(first, 0, 20));
    recorder.received(ByteBuffer.wrap(first, 20, first.length - 20));
    assertThat(capture.info().state()).isEqualTo(CaptureInfo.State.RUNNING);
    recorder.sent(ByteBuffer.wrap(PduStreamTest.login("CHAP_C=0x31415926\0", false)));
    recorder.received(ByteBuffer.wrap(PduStreamTest.login("CHAP_R=0x27182818\0", false)));
    recorder.fullFeaturePhase(FORMAT);
    byte[] data = pdu(1, 100);
    recorder.sent(ByteBuffer.wrap(data));
    recorder.closed();
    assertThat(capture.info().state()).as("it may come again").isEqualTo(CaptureInfo.State.RUNNING);
    capture.end("enough");
    assertThat(capture.awaitEnd(PATIENCE)).isTrue();

    assertThat(new String(file.bytes(), StandardCharsets.ISO_8859_1))
        .contains("org.example:A", "CHAP_C=**********", "CHAP_R=**********")
        .doesNotContain("31415926", "27182818", "org.example:b");
    List<CapturedFile.Packet> packets = file.read().packets;
    assertThat(packets.stream().map(CapturedFile.Packet::tcpFlags))
        .containsExactly(0x02, 0x12, 0x10, 0x18, 0x18, 0x18, 0x18, 0x18);
    assertThat(packets.get(3).sequence()).isEqualTo(1);
    assertThat(packets.get(3).acknowledged()).isEqualTo(1);
    assertThat(packets.get(4).sequence()).isEqualTo(21);
    assertThat(packets.getLast().bytes()).isEqualTo(data);
  }

  @Test
  void whoDoesNotSayItsNameIsForgotten() {
    Capture capture = capture(new Subject.Logins(SESSION.initiator()), file, 1 << 20);
    ConnectionRecorder silent = newcomer(capture);
    silent.received(ByteBuffer.wrap(PduStreamTest.login("TargetName=x\0", false)));
    assertThat(silent.wanted()).isFalse();
    ConnectionRecorder endless = newcomer(capture);
    for (int i = 0; i < 10; i++) {
      endless.received(ByteBuffer.wrap(PduStreamTest.login("X=" + "y".repeat(8000), true)));
    }
    assertThat(endless.wanted()).isFalse();
  }

  // ---- Files, and the list.

  @TempDir private Path dir;

  @Test
  void filesAreTheOwnersOwnAndNeverOverwritten() throws Exception {
    Captures captures = new Captures(InstantSource.system());
    Path path = dir.resolve("a.pcapng");
    Subject logins = new Subject.Logins(SESSION.initiator());
    CaptureInfo started = captures.start(logins, path, 4096, _ -> true);
    assertThat(started.id()).isEqualTo("c1");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    assertThatThrownBy(() -> captures.start(logins, path, 4096, _ -> true))
        .isInstanceOf(CaptureException.class)
        .hasMessage(
            path + " is there already, and a capture overwrites nothing; choose another name");
    assertThatThrownBy(() -> captures.start(logins, Path.of("b"), 4096, _ -> true))
        .hasMessage("b is not an absolute path; say where the daemon is to write, from / on");
    assertThatThrownBy(() -> captures.start(logins, dir.resolve("no/b"), 4096, _ -> true))
        .hasMessageContaining("no/b cannot be made: ")
        .hasMessageContaining("choose a directory that the daemon may write to");
    assertThatThrownBy(() -> captures.start(logins, dir.resolve("b"), 4095, _ -> true))
        .hasMessage("a limit of 4095 bytes is too little; give at least 4096");
    assertThat(captures.list()).hasSize(1);
    for (int i = 1; i < Captures.MOST_RUNNING; i++) {
      captures.start(logins, dir.resolve("c" + i), 4096, _ -> true);
    }
    assertThatThrownBy(() -> captures.start(logins, dir.resolve("d"), 4096, _ -> true))
        .hasMessage("4 captures are running, which is the most; end one of them");
    assertThat(dir.resolve("d")).doesNotExist();
    assertThat(captures.end("c1").orElseThrow().state()).isEqualTo(CaptureInfo.State.ENDED);
    assertThat(captures.end("c1")).isEmpty();
    captures.start(logins, dir.resolve("d"), 4096, _ -> true);

    captures.close();
    assertThat(captures.list())
        .hasSize(4)
        .allMatch(info -> info.state() == CaptureInfo.State.ENDED)
        .allMatch(info -> info.reason().equals("the daemon has ended"));
    assertThatThrownBy(() -> captures.start(logins, dir.resolve("e"), 4096, _ -> true))
        .hasMessage("the daemon is ending; nothing is captured any more");
  }

  @Test
  void newcomersAreShownToThoseWhoWaitForLogins() throws Exception {
    try (Captures captures = new Captures(InstantSource.system())) {
      InetSocketAddress remote = address("192.0.2.9", 40000);
      assertThat(captures.forNewcomer(remote, remote)).isEmpty();
      captures.start(SESSION, dir.resolve("a"), 4096, _ -> true);
      assertThat(captures.forNewcomer(remote, remote)).isEmpty();
      captures.start(new Subject.Logins("iqn.x"), dir.resolve("b"), 4096, _ -> true);
      assertThat(captures.forNewcomer(remote, remote)).hasSize(1);
      captures.end("c2");
      assertThat(captures.forNewcomer(remote, remote)).isEmpty();
    }
  }

  @Test
  void whoIsGoneBeforeItBeginsEndsIt() throws Exception {
    try (Captures captures = new Captures(InstantSource.system())) {
      captures.start(SESSION, dir.resolve("a"), 4096, _ -> false);
      assertThat(captures.list().getFirst().reason()).isEqualTo("the session has ended");
    }
  }
}
