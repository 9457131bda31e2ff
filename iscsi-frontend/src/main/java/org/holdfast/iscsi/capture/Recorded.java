package org.holdfast.iscsi.capture;

/** What a capture's writer is handed. */
sealed interface Recorded {
  /** A connection that is seen from its beginning. */
  record Opened(TcpStream stream, long nanos) implements Recorded {}

  /** Bytes of a connection, secrets hidden. Not a record, because bytes are an array. */
  final class Piece implements Recorded {
    private final TcpStream stream;
    private final Direction direction;
    private final long nanos;
    private final long lostBefore;
    private final byte[] bytes;
    private final int offset;

    /**
     * A piece.
     *
     * @param nanos since 1970
     * @param lostBefore bytes of the direction that were lost before it
     * @param offset of the first of the bytes that count; they belong to the piece from now on
     */
    Piece(
        TcpStream stream,
        Direction direction,
        long nanos,
        long lostBefore,
        byte[] bytes,
        int offset) {
      this.stream = stream;
      this.direction = direction;
      this.nanos = nanos;
      this.lostBefore = lostBefore;
      this.bytes = bytes;
      this.offset = offset;
    }

    TcpStream stream() {
      return stream;
    }

    Direction direction() {
      return direction;
    }

    long nanos() {
      return nanos;
    }

    long lostBefore() {
      return lostBefore;
    }

    byte[] bytes() {
      return bytes;
    }

    int offset() {
      return offset;
    }
  }

  /** Nothing more is to be written. */
  record End() implements Recorded {}
}
