package org.holdfast.iscsi.netty;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.holdfast.scsi.DataBuffer;

/**
 * A data buffer in Netty's memory. {@link #retainedSlice} lets the network hold on to bytes that
 * are not written yet: the memory goes back to the pool when the owner and every such slice have
 * let go.
 */
final class NettyDataBuffer implements DataBuffer {
  private final ByteBuf memory;
  private final int capacity;
  private boolean released;

  NettyDataBuffer(ByteBuf memory, int capacity) {
    this.memory = memory;
    this.capacity = capacity;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public ByteBuffer view(int offset, int length) {
    expectOwned();
    return memory.nioBuffer(offset, length);
  }

  /** Bytes for the socket, which releases them. */
  ByteBuf retainedSlice(int offset, int length) {
    expectOwned();
    return memory.retainedSlice(offset, length);
  }

  @Override
  public void release() {
    expectOwned();
    released = true;
    memory.release();
  }

  private void expectOwned() {
    if (released) {
      throw new IllegalStateException("buffer used after its release");
    }
  }
}
