package org.holdfast.vms.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One connection with up to a fixed number of I/Os in flight, each in a numbered slot.
 *
 * <p>Whatever has arrived is looked at in the receive buffer itself: headers are read there, data
 * is stepped over. Only the piece of a header that a read cut off is moved, to the front.
 *
 * <p>Thread: the generator's. Nothing is allocated per I/O.
 */
abstract class Conversation implements AutoCloseable {
  private static final int RECEIVE_BYTES = 256 * 1024;

  private final SocketChannel channel;
  private final Recorder recorder;
  private final ByteBuffer received = ByteBuffer.allocateDirect(RECEIVE_BYTES);
  private final int[] freeSlots;
  private final long[] sentAt;
  private int free;
  private boolean stopped;
  private long now;

  Conversation(SocketChannel channel, int depth, Recorder recorder) {
    this.channel = channel;
    this.recorder = recorder;
    freeSlots = new int[depth];
    sentAt = new long[depth];
    for (int slot = 0; slot < depth; slot++) {
      freeSlots[slot] = depth - 1 - slot;
    }
    free = depth;
  }

  final SocketChannel channel() {
    return channel;
  }

  final int inFlight() {
    return freeSlots.length - free;
  }

  /** No further I/O is begun; those in flight end. */
  final void stop() {
    stopped = true;
  }

  /** True when something waits for the socket to take it. */
  abstract boolean pending();

  /** Sends what the other side is owed before new work: solicited data, answers to pings. */
  abstract void settle() throws IOException;

  /** Whether the other side takes one more command. */
  abstract boolean windowOpen();

  /** Puts the next I/O into the outgoing queue; false when there is none. */
  abstract boolean issue(int slot) throws IOException;

  abstract void flush() throws IOException;

  /**
   * Looks at what has arrived.
   *
   * @return the index of the first byte that is to be shown again with more behind it
   */
  abstract int consume(ByteBuffer bytes, int from, int to) throws IOException;

  /** Begins as many I/Os as there are free slots, and sends. */
  final void pump(long time) throws IOException {
    now = time;
    if (!pending()) {
      settle();
      while (free > 0 && !stopped && windowOpen()) {
        int slot = freeSlots[free - 1];
        if (!issue(slot)) {
          stopped = true;
          break;
        }
        sentAt[slot] = time;
        free--;
      }
    }
    flush();
  }

  /** Takes one read's worth from the socket. */
  final void receive() throws IOException {
    if (channel.read(received) < 0) {
      throw new EOFException("the target closed the connection");
    }
    now = System.nanoTime();
    int to = received.position();
    int from = consume(received, 0, to);
    if (from < to) {
      received.limit(to).position(from);
      received.compact();
    } else {
      received.clear();
    }
  }

  /** To be called once per I/O, when nothing more of it will come. */
  final void completed(int slot) {
    recorder.completed(now - sentAt[slot]);
    freeSlots[free++] = slot;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
