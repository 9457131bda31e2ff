package org.holdfast.vms.initiator;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/**
 * One TCP connection that carries PDUs, and the StatSN bookkeeping of RFC 7143 clause 4.2.2.2: a
 * target that skips or repeats a status number is an error here.
 */
public final class RawConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int NO_TAG = -1;
  private static final int STAT_SN_AT = 24;

  private final Socket socket;
  private final InputStream in;
  private final Optional<Capture> capture;
  private int mostAtOnce = Integer.MAX_VALUE;
  private int expStatSn;
  private boolean numbered;

  /** Connects; nothing is sent yet. A target silent for 30 s is an error of the read that waits. */
  public RawConnection(InetSocketAddress portal, Optional<Capture> capture) throws IOException {
    this(new Socket(), portal, capture);
  }

  /** The same, from an address of this machine. */
  public static RawConnection from(InetAddress local, InetSocketAddress portal) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(local, 0));
    return new RawConnection(socket, portal, Optional.empty());
  }

  private RawConnection(Socket socket, InetSocketAddress portal, Optional<Capture> capture)
      throws IOException {
    this.socket = socket;
    socket.connect(portal, TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream());
    this.capture = capture;
  }

  /** From now on a target that is silent for so long is an error of the read that waits. */
  public void patience(Duration atMost) throws IOException {
    socket.setSoTimeout(Math.toIntExact(atMost.toMillis()));
  }

  /** The status number that the next status must bear; initiators acknowledge up to here. */
  public int expStatSn() {
    return expStatSn;
  }

  public void send(RawPdu pdu) throws IOException {
    sendBytes(pdu.toWire());
  }

  /** Sends bytes as they are, for tests that break the protocol. */
  public void sendBytes(byte... bytes) throws IOException {
    capture.ifPresent(file -> file.sent(bytes));
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(mostAtOnce, bytes.length - at);
      socket.getOutputStream().write(bytes, at, length);
      at += length;
    }
  }

  /** From now on hands no more than so many bytes to the network at a time. */
  public void sendAtMost(int bytes) {
    mostAtOnce = bytes;
  }

  /** The next PDU from the target. */
  public RawPdu receive() throws IOException {
    RawPdu pdu = RawPdu.read(in);
    if (pdu == null) {
      throw new EOFException("the target closed the connection");
    }
    capture.ifPresent(file -> file.received(pdu.toWire()));
    if (bearsStatus(pdu)) {
      countStatus(pdu);
    }
    return pdu;
  }

  private void countStatus(RawPdu pdu) throws IOException {
    int statSn = pdu.i32(STAT_SN_AT);
    if (numbered && statSn != expStatSn) {
      throw new IOException("%s has StatSN %08x, expected %08x".formatted(pdu, statSn, expStatSn));
    }
    numbered = true;
    expStatSn = statSn + 1;
  }

  /** Which PDUs of the target take a StatSN: RFC 7143 clauses 11.4 to 11.18, field StatSN. */
  private static boolean bearsStatus(RawPdu pdu) {
    return switch (pdu.opcode()) {
      case RawPdu.R2T -> false;
      case RawPdu.DATA_IN -> (pdu.flags() & 0x01) != 0;
      case RawPdu.NOP_IN -> pdu.taskTag() != NO_TAG;
      default -> true;
    };
  }

  /**
   * Waits until the target closes the connection, throwing away what it still sends; a target that
   * does not is a SocketTimeoutException.
   */
  public void awaitClosed() throws IOException {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (SocketException e) {
      // A reset is how a close looks when the target had not read everything.
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
