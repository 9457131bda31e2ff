package org.holdfast.iscsi.capture;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.holdfast.iscsi.login.IscsiName;
import org.holdfast.iscsi.pdu.PduDecoder;
import org.holdfast.iscsi.pdu.WireFormat;
import org.jspecify.annotations.Nullable;

/**
 * Takes down one connection for one capture. When it comes late it begins with the next PDU of each
 * direction; when it is there from the beginning it keeps the first bytes until they say whose
 * connection this is. Where pieces are lost it goes on with the next PDU, because that is where
 * whoever reads the file can go on, too.
 *
 * <p>Thread: the connection's.
 */
public final class ConnectionRecorder {
  /** Bytes kept of a connection that has not said who it is; a login text has 16 KiB at most. */
  private static final int MOST_KEPT = 64 << 10;

  private final Capture capture;
  private final TcpStream stream;
  private final Side received = new Side(Direction.RECEIVED);
  private final Side sent = new Side(Direction.SENT);

  /** What came before the initiator's name was known; null when it is, or when it never will. */
  private @Nullable List<Recorded.Piece> kept;

  private int keptBytes;
  private boolean wanted = true;

  /** One direction. */
  private static final class Side {
    final Direction direction;
    final PduStream pdus = new PduStream();
    boolean begun;
    boolean inStep = true;
    long lost;

    Side(Direction direction) {
      this.direction = direction;
    }
  }

  private ConnectionRecorder(
      Capture capture, InetSocketAddress initiator, InetSocketAddress portal) {
    this.capture = capture;
    this.stream = new TcpStream(initiator, portal);
  }

  /**
   * For a connection that is logged in, between two PDUs of ours.
   *
   * @param unfinished what has been received of a PDU that is not complete
   */
  public static ConnectionRecorder joining(
      Capture capture,
      InetSocketAddress initiator,
      InetSocketAddress portal,
      WireFormat format,
      PduDecoder.Unfinished unfinished) {
    ConnectionRecorder recorder = new ConnectionRecorder(capture, initiator, portal);
    recorder.fullFeaturePhase(format);
    recorder.received.pdus.skip(unfinished.missing());
    recorder.received.inStep = unfinished.missing() == 0;
    recorder.received(unfinished.header());
    return recorder;
  }

  /** For a connection that nothing has been received of: one of those that the capture is for? */
  static ConnectionRecorder fromTheBeginning(
      Capture capture, InetSocketAddress initiator, InetSocketAddress portal) {
    ConnectionRecorder recorder = new ConnectionRecorder(capture, initiator, portal);
    recorder.kept = new ArrayList<>();
    return recorder;
  }

  /** Names the capture. */
  public String captureId() {
    return capture.id();
  }

  /** Whether it still wants to see anything. */
  public boolean wanted() {
    return wanted && capture.runs();
  }

  /** Bytes came in, those that remain in the buffer, which is not kept. */
  public void received(ByteBuffer bytes) {
    record(received, bytes);
  }

  /** Bytes go out, those that remain in the buffer, which is not kept. */
  public void sent(ByteBuffer bytes) {
    record(sent, bytes);
  }

  /** The login is complete, and everything up to its end was shown. */
  public void fullFeaturePhase(WireFormat format) {
    received.pdus.fullFeaturePhase(format);
    sent.pdus.fullFeaturePhase(format);
  }

  /** The connection is gone. */
  public void closed() {
    wanted = false;
    kept = null;
    if (capture.subject() instanceof Subject.Session) {
      capture.end(Capture.SESSION_ENDED);
    }
  }

  /** It cannot go on; the connection can. */
  public void failed() {
    wanted = false;
    kept = null;
    capture.end(Capture.DEFECT);
  }

  private void record(Side side, ByteBuffer bytes) {
    int length = bytes.remaining();
    if (length == 0 || !wanted()) {
      return;
    }
    boolean room = kept != null || capture.reserve(length);
    byte[] shown = null;
    if (room) {
      shown = new byte[length];
      bytes.get(bytes.position(), shown);
    }
    int first = side.pdus.walk(bytes, shown);
    if (shown == null) {
      lose(side, length);
      side.inStep = false;
      return;
    }
    if (!side.inStep && first < 0) {
      capture.giveBack(length);
      lose(side, length);
      return;
    }
    int offset = side.inStep ? 0 : first;
    lose(side, offset);
    Recorded.Piece piece =
        new Recorded.Piece(stream, side.direction, capture.now(), side.lost, shown, offset);
    side.lost = 0;
    side.inStep = true;
    side.begun = true;
    if (kept == null) {
      capture.add(piece);
    } else {
      keep(kept, piece);
    }
  }

  /** What comes before the first PDU that is recorded is not lost: it was never asked for. */
  private void lose(Side side, int bytes) {
    if (side.begun && bytes > 0) {
      side.lost += bytes;
      capture.lost(bytes);
    }
  }

  private void keep(List<Recorded.Piece> before, Recorded.Piece piece) {
    before.add(piece);
    keptBytes += piece.bytes().length;
    Optional<String> name = received.pdus.initiatorName();
    if (name.isPresent()) {
      kept = null;
      wanted =
          name.flatMap(IscsiName::normalise).equals(Optional.of(capture.subject().initiator()));
      if (wanted) {
        handOver(before);
      }
    } else if (received.pdus.hasSpoken() || keptBytes > MOST_KEPT) {
      // The leading request names the initiator (RFC 7143 clause 6.3), or there will be no session.
      kept = null;
      wanted = false;
    }
  }

  private void handOver(List<Recorded.Piece> before) {
    capture.met();
    capture.add(new Recorded.Opened(stream, before.getFirst().nanos()));
    for (Recorded.Piece piece : before) {
      Side side = piece.direction() == Direction.RECEIVED ? received : sent;
      if (side.inStep && capture.reserve(piece.bytes().length)) {
        capture.add(piece);
      } else {
        lose(side, piece.bytes().length);
        side.inStep = false;
      }
    }
  }
}
