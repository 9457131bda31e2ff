package org.holdfast.vms;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawConnection;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.RawPdu;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Peers that are broken, careless or malicious. After each the same daemon serves a well-behaved
 * initiator, and its memory has not grown by what was announced to it.
 */
class HostileConnectionsTest {
  @RegisterExtension static final DaemonExtension DAEMON = new DaemonExtension();

  private static final int BLOCK = 512;
  private static final int LARGEST_SEGMENT = 0xffffff;

  /** Well below what the announcements of these tests add up to, well above a JVM's warming up. */
  private static final long MOST_GROWTH = 400L << 20;

  private static long residentAtFirst;

  /** A daemon that has served one session is the base to measure growth from. */
  @BeforeAll
  static void warmUp() throws IOException {
    serveOnce();
    residentAtFirst = DAEMON.daemon().residentBytes();
  }

  @AfterEach
  void stillServes() throws IOException {
    assertThat(DAEMON.daemon().isAlive()).as("the daemon is running").isTrue();
    serveOnce();
    assertThat(DAEMON.daemon().residentBytes() - residentAtFirst)
        .as("growth of resident memory, bytes")
        .isLessThan(MOST_GROWTH);
  }

  private static void serveOnce() throws IOException {
    try (RawInitiator initiator = login("well-behaved").login()) {
      serve(initiator);
    }
  }

  private static void serve(RawInitiator initiator) throws IOException {
    assertThat(initiator.read(Cdbs.inquiry(96), 96).good()).as("INQUIRY").isTrue();
    // The login's own unit attention, if there is one.
    initiator.read(Cdbs.testUnitReady(), 0);
    assertThat(initiator.read(Cdbs.read10(0, 1), BLOCK).data()).as("READ(10)").hasSize(BLOCK);
  }

  private static RawLogin login(String node) {
    return RawLogin.as(DAEMON.target(), "iqn.2026-11.org.holdfast.test:" + node);
  }

  private static RawConnection connect() throws IOException {
    return new RawConnection(DAEMON.target().portal(), Optional.empty());
  }

  @Test
  void portScan() throws IOException {
    for (int i = 0; i < 500; i++) {
      new Socket(DAEMON.target().portal().getAddress(), DAEMON.target().portal().getPort()).close();
    }
  }

  @Test
  void garbage() throws IOException {
    for (long seed = 1; seed <= 50; seed++) {
      byte[] noise = new byte[64 << 10];
      new Random(seed).nextBytes(noise);
      sendUntilRefused(noise);
    }
  }

  @Test
  void anHttpRequest() throws IOException {
    byte[] request =
        "GET / HTTP/1.1\r\nHost: storage.example.org\r\n\r\n".repeat(4).getBytes(US_ASCII);
    sendUntilRefused(request);
  }

  /** The target may close at any byte of this; what then fails is the sending. */
  private static void sendUntilRefused(byte... bytes) throws IOException {
    try (RawConnection connection = connect()) {
      connection.sendBytes(bytes);
    } catch (SocketException refused) {
      assertThat(DAEMON.daemon().isAlive()).as("after " + refused).isTrue();
    }
  }

  @Test
  void connectionsThatNeverSend() throws Exception {
    withOpenConnections(200, connection -> {});
  }

  @Test
  void headersThatNeverEnd() throws Exception {
    withOpenConnections(200, connection -> connection.sendBytes(new byte[] {0x43, (byte) 0x87, 0}));
  }

  /** 64 × 16 MiB are announced and never sent; believing them would take a gigabyte. */
  @Test
  void loginsThatAnnounce16MiB() throws Exception {
    withOpenConnections(
        64, connection -> connection.sendBytes(announcing(RawPdu.LOGIN_REQUEST, LARGEST_SEGMENT)));
  }

  @Test
  void aLoginThatAnnounces16MiBIsClosed() throws IOException {
    try (RawConnection connection = connect()) {
      connection.sendBytes(announcing(RawPdu.LOGIN_REQUEST, LARGEST_SEGMENT));
      connection.awaitClosed();
    }
  }

  /** A header whose data segment is announced and does not follow. */
  private static byte[] announcing(int opcode, int dataLength) {
    byte[] header = RawPdu.of(opcode | RawPdu.IMMEDIATE, RawPdu.FINAL | 0x04 | 0x03).toWire();
    header[5] = (byte) (dataLength >> 16);
    header[6] = (byte) (dataLength >> 8);
    header[7] = (byte) dataLength;
    return header;
  }

  @Test
  void aCommandThatAnnounces16MiBAfterLogin() throws IOException {
    RawInitiator initiator = login("announcer").login();
    initiator.connection().sendBytes(announcing(RawPdu.SCSI_COMMAND, LARGEST_SEGMENT));
    initiator.connection().awaitClosed();
    initiator.drop();
  }

  /** The text of a login may go over several PDUs (C bit), but not over any number of them. */
  @Test
  void aLoginTextWithoutEnd() throws IOException {
    byte[] part = ("X-" + "a".repeat(8000)).getBytes(US_ASCII);
    try (RawConnection connection = connect()) {
      assertThatIOException()
          .isThrownBy(
              () -> {
                for (int sent = 0; sent < 16 << 20; sent += part.length) {
                  RawPdu request =
                      RawPdu.of(RawPdu.LOGIN_REQUEST | RawPdu.IMMEDIATE, 0x40 | 0x04, part)
                          .i32(16, 1)
                          .i32(24, 1);
                  connection.send(request);
                  RawPdu response = connection.receive();
                  if (response.u8(36) != 0) {
                    throw new IOException("refused");
                  }
                }
              });
    }
  }

  @Test
  void everythingOneByteAtATime() throws IOException {
    RawConnection connection = connect();
    connection.sendAtMost(1);
    try (RawInitiator initiator = login("one-byte").login(connection)) {
      serve(initiator);
    }
  }

  @Test
  void additionalHeadersOfTheLargestLength() throws IOException {
    byte[] withHeaders = withAdditionalHeaders(RawPdu.of(RawPdu.LOGIN_REQUEST, 0x87));
    sendUntilRefused(withHeaders);
    RawInitiator initiator = login("ahs").login();
    initiator
        .connection()
        .sendBytes(
            withAdditionalHeaders(
                RawPdu.of(RawPdu.SCSI_COMMAND, RawPdu.FINAL).i32(16, 7).i32(24, 1)));
    initiator.drop();
  }

  /**
   * 255 words of additional headers, in which a length of zero would make a careless parser spin.
   */
  private static byte[] withAdditionalHeaders(RawPdu pdu) {
    byte[] wire = Arrays.copyOf(pdu.toWire(), RawPdu.HEADER_LENGTH + 255 * 4);
    wire[4] = (byte) 255;
    return wire;
  }

  @Test
  void randomPdusAfterLogin() throws IOException {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      RawInitiator initiator = login("random").withIsid(0x80_0000_001000L + seed).login();
      try {
        for (int i = 0; i < 20; i++) {
          initiator.connection().send(randomPdu(random));
        }
      } catch (SocketException closed) {
        assertThat(DAEMON.daemon().isAlive()).as("seed %d: %s", seed, closed).isTrue();
      } finally {
        initiator.drop();
      }
    }
  }

  /**
   * Any opcode of an initiator, everything else noise; the data segment is as long as announced.
   */
  private static RawPdu randomPdu(Random random) {
    byte[] data = new byte[random.nextInt(256)];
    random.nextBytes(data);
    RawPdu pdu = RawPdu.of(0, 0, data);
    random.nextBytes(pdu.header());
    pdu.header()[0] = (byte) (random.nextInt(8) | (random.nextBoolean() ? RawPdu.IMMEDIATE : 0));
    pdu.header()[4] = 0;
    // A stopped unit or a reservation would be a fair reason not to serve the next initiator.
    int command = pdu.u8(32);
    if (command == 0x1b || command == 0x5f || command == 0x56 || command == 0x16) {
      pdu.header()[32] = 0;
    }
    return pdu;
  }

  /** Two thousand sessions are opened and cut; none may stay behind in memory. */
  @Test
  void sessionsThatAreCut() throws IOException {
    for (int i = 0; i < 2000; i++) {
      login("cut").withIsid(0x80_0000_100000L + i).login().drop();
    }
  }

  private interface Prelude {
    void on(RawConnection connection) throws IOException;
  }

  /** Serves a good initiator while the others stay open. */
  private static void withOpenConnections(int count, Prelude prelude) throws Exception {
    List<RawConnection> open = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        RawConnection connection = connect();
        open.add(connection);
        prelude.on(connection);
      }
      serveOnce();
    } finally {
      for (RawConnection connection : open) {
        connection.close();
      }
    }
  }
}
