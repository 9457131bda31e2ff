package org.holdfast.vms.initiator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends two things in jSCSI's login, and is a plain pipe afterwards.
 *
 * <p><b>The ISID.</b> jSCSI makes it from the time in milliseconds, and what it makes has few
 * different values: two sessions that begin 8 ms apart get the same one in 17 of 100 cases. With
 * one initiator name the later session then replaces the earlier one, as it has to (RFC 7143 clause
 * 6.3.5). So the caller's ISID goes into every login request, and jSCSI's own into the response,
 * for jSCSI refuses one that does not look like its own.
 *
 * <p><b>The unit attention.</b> A target answers the first command on a new nexus with POWER ON,
 * RESET, OR BUS DEVICE RESET OCCURRED (SAM-5 clause 5.14). jSCSI reads the capacity inside the
 * constructor of its session and gives up for good when that is not GOOD. So, just before jSCSI's
 * first command, this relay sends a TEST UNIT READY on the same connection and keeps the answer to
 * itself. It is an immediate command, which leaves the command numbering alone (RFC 7143 clause
 * 4.2.2.1); only one StatSN is used up.
 *
 * <p>For one connection. Ends by itself when either side closes.
 */
final class JscsiLoginRelay {
  private static final Logger log = LoggerFactory.getLogger(JscsiLoginRelay.class);
  private static final int TEST_UNIT_READY_TAG = 0x7fff_fff0;

  /** Where a Login Request and a Login Response have it (RFC 7143 clauses 11.12 and 11.13). */
  private static final int ISID_AT = 8;

  private static final int ISID_END = 14;

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final byte[] given;

  private JscsiLoginRelay(ServerSocket listener, InetSocketAddress target, long isid) {
    this.listener = listener;
    this.target = target;
    this.given =
        Arrays.copyOfRange(ByteBuffer.allocate(Long.BYTES).putLong(isid).array(), 2, Long.BYTES);
  }

  /**
   * Listens on a free port of the loopback interface.
   *
   * @param isid 48 bits, type and all (RFC 7143 clause 11.12.5)
   */
  static JscsiLoginRelay to(InetSocketAddress target, long isid) throws IOException {
    ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    JscsiLoginRelay relay = new JscsiLoginRelay(listener, target, isid);
    Thread.ofVirtual().start(relay::run);
    return relay;
  }

  InetSocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
  }

  /** Refuses the connection that has not come yet. */
  void abandon() throws IOException {
    listener.close();
  }

  private void run() {
    try (listener;
        Socket initiator = listener.accept();
        Socket upstream = new Socket(target.getAddress(), target.getPort())) {
      initiator.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      if (loginThenAttention(initiator, upstream)) {
        Thread.ofVirtual().start(() -> pipe(upstream, initiator));
        pipe(initiator, upstream);
      }
    } catch (IOException e) {
      log.info("the relay before jSCSI ended: {}", e.toString());
    }
  }

  /** Passes the login on, in which every request has one response; false when jSCSI went away. */
  private boolean loginThenAttention(Socket initiator, Socket upstream) throws IOException {
    while (true) {
      RawPdu request = RawPdu.read(initiator.getInputStream());
      if (request == null) {
        return false;
      }
      if (request.opcode() == RawPdu.SCSI_COMMAND) {
        send(upstream, testUnitReady(request));
        RawPdu.read(upstream.getInputStream());
        send(upstream, request);
        return true;
      }
      byte[] own = Arrays.copyOfRange(request.header(), ISID_AT, ISID_END);
      setIsid(request, given);
      send(upstream, request);
      RawPdu response = RawPdu.read(upstream.getInputStream());
      if (response == null) {
        return false;
      }
      setIsid(response, own);
      send(initiator, response);
    }
  }

  private static void setIsid(RawPdu login, byte[] isid) {
    System.arraycopy(isid, 0, login.header(), ISID_AT, isid.length);
  }

  private static RawPdu testUnitReady(RawPdu firstCommand) {
    RawPdu pdu = RawPdu.of(RawPdu.SCSI_COMMAND | RawPdu.IMMEDIATE, RawPdu.FINAL);
    System.arraycopy(firstCommand.header(), 8, pdu.header(), 8, 8);
    return pdu.i32(16, TEST_UNIT_READY_TAG)
        .i32(24, firstCommand.i32(24))
        .i32(28, firstCommand.i32(28));
  }

  private static void send(Socket socket, RawPdu pdu) throws IOException {
    socket.getOutputStream().write(pdu.toWire());
  }

  /**
   * Copies until the end of the stream and then closes both sides, so that the other way ends too.
   */
  private static void pipe(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // A connection that is cut is what some tests are about; both sides are closed either way.
      log.debug("one way of the relay before jSCSI ended", e);
    }
  }
}
