package org.holdfast.iscsi.netty;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.holdfast.scsi.DataBuffer;

/**
 * A data buffer in Netty's memory. {@link #retainedSlice} lets the network hold on to bytes that
 * are not written yet: the memory goes back to the pool when the owner and every such slice have
 * let go. There may be room around the data for the PDU that carries it.
 */
final class NettyDataBuffer implements DataBuffer {
  private final ByteBuf memory;
  private final int start;
  private final int capacity;
  private boolean roomTaken;
  private boolean released;

  /**
   * @param start where in the memory the data begins
   * @param capacity bytes of data
   */
  NettyDataBuffer(ByteBuf memory, int start, int capacity) {
    this.memory = memory;
    this.start = start;
    this.capacity = capacity;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public ByteBuffer view(int offset, int length) {
    expectOwned();
    // The memory's own check would let the room around the data through.
    Objects.checkFromIndexSize(offset, length, capacity);
    return memory.nioBuffer(start + offset, length);
  }

  /**
   * Bytes for the socket, which releases them.
   *
   * @param offset from the first byte of data; negative: of the room before it
   */
  ByteBuf retainedSlice(int offset, int length) {
    expectOwned();
    return memory.retainedSlice(start + offset, length);
  }

  /**
   * Takes the room around the data: once, since what is written there stays until the socket has
   * it.
   *
   * @return false when there is not so much, before and behind, or somebody else has it
   */
  boolean takeRoom(int before, int behind) {
    if (roomTaken || before > start || behind > memory.capacity() - start - capacity) {
      return false;
    }
    roomTaken = true;
    return true;
  }

  /** Bytes around the data, for who sends it; good until the next call. */
  ByteBuffer room(int offset, int length) {
    expectOwned();
    return memory.internalNioBuffer(start + offset, length);
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
