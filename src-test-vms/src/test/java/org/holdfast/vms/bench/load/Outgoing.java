package org.holdfast.vms.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * What is on its way out of one connection: headers in a buffer of its own, payload where it lies,
 * all of it in as few gathering writes as the socket takes.
 *
 * <p>Things may be added only while nothing is {@link #pending}: the header buffer then starts
 * again from the front, and no view has to be moved. Nothing is allocated after construction.
 */
final class Outgoing {
  /** The system takes no more pieces in one call (IOV_MAX on Linux). */
  private static final int MOST_PIECES = 1024;

  private final ByteBuffer headers;
  private final ByteBuffer[] headerViews;
  private final ByteBuffer[] payloadViews;
  private final ByteBuffer[] queue;
  private int used;
  private int first;
  private int size;
  private boolean endsInHeader;

  /**
   * @param headerBytes most bytes of headers and digests between two complete flushes
   * @param pieces most stretches of headers and payload between two complete flushes
   */
  Outgoing(int headerBytes, int pieces, ByteBuffer payload) {
    headers = ByteBuffer.allocateDirect(headerBytes);
    headerViews = views(headers, pieces);
    payloadViews = views(payload, pieces);
    queue = new ByteBuffer[pieces];
  }

  private static ByteBuffer[] views(ByteBuffer of, int number) {
    ByteBuffer[] views = new ByteBuffer[number];
    for (int i = 0; i < number; i++) {
      views[i] = of.duplicate();
    }
    return views;
  }

  /** Whether something added before has not been taken by the socket. */
  boolean pending() {
    return first < size;
  }

  /** Where reserved bytes are written, with absolute indexes. */
  ByteBuffer headers() {
    return headers;
  }

  /** Adds that many zero bytes, to be filled in by the caller; returns their index. */
  int reserve(int bytes) {
    int at = used;
    used += bytes;
    for (int i = at; i < used; i += Integer.BYTES) {
      headers.putInt(i, 0);
    }
    if (endsInHeader) {
      queue[size - 1].limit(used);
    } else {
      ByteBuffer view = headerViews[size];
      view.limit(used).position(at);
      queue[size++] = view;
      endsInHeader = true;
    }
    return at;
  }

  void payload(int from, int length) {
    ByteBuffer view = payloadViews[size];
    view.limit(from + length).position(from);
    queue[size++] = view;
    endsInHeader = false;
  }

  /** Gives the socket as much as it takes. */
  void flush(SocketChannel channel) throws IOException {
    while (first < size) {
      int pieces = Math.min(MOST_PIECES, size - first);
      long written =
          pieces == 1 ? channel.write(queue[first]) : channel.write(queue, first, pieces);
      while (first < size && !queue[first].hasRemaining()) {
        first++;
      }
      if (written == 0) {
        return;
      }
    }
    first = 0;
    size = 0;
    used = 0;
    endsInHeader = false;
  }
}
