package org.holdfast.vms.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The same sizes as iSCSI without its meaning: a 48-byte header says how many bytes follow it and
 * how many to send back behind a header. Answers come in the order of the requests.
 */
final class EchoConversation extends Conversation {
  static final int HEADER_BYTES = 48;

  private final Workload workload;
  private final int blockBytes;
  private final Outgoing out;
  private final int[] order;
  private int oldest;
  private int newest;
  private int dataLeft;
  private boolean inData;

  EchoConversation(
      SocketChannel channel, int depth, Recorder recorder, Workload workload, int blockBytes) {
    super(channel, depth, recorder);
    this.workload = workload;
    this.blockBytes = blockBytes;
    out = new Outgoing(depth * HEADER_BYTES, 2 * depth, ByteBuffer.allocateDirect(blockBytes));
    order = new int[depth];
  }

  @Override
  boolean pending() {
    return out.pending();
  }

  @Override
  void settle() {
    // An echo owes nothing but its answers.
  }

  @Override
  boolean windowOpen() {
    return true;
  }

  @Override
  boolean issue(int slot) {
    if (!workload.advance()) {
      return false;
    }
    int at = out.reserve(HEADER_BYTES);
    if (workload.isRead()) {
      out.headers().putInt(at + Integer.BYTES, blockBytes);
    } else {
      out.headers().putInt(at, blockBytes);
      out.payload(0, blockBytes);
    }
    order[newest] = slot;
    newest = (newest + 1) % order.length;
    return true;
  }

  @Override
  void flush() throws IOException {
    out.flush(channel());
  }

  @Override
  int consume(ByteBuffer bytes, int from, int to) throws IOException {
    int at = from;
    while (true) {
      if (!inData) {
        if (to - at < HEADER_BYTES) {
          return at;
        }
        dataLeft = bytes.getInt(at);
        if (dataLeft != 0 && dataLeft != blockBytes) {
          throw new IOException("the echo announced " + dataLeft + " bytes");
        }
        at += HEADER_BYTES;
        inData = true;
      }
      int taken = Math.min(dataLeft, to - at);
      at += taken;
      dataLeft -= taken;
      if (dataLeft > 0) {
        return at;
      }
      inData = false;
      completed(order[oldest]);
      oldest = (oldest + 1) % order.length;
    }
  }
}
