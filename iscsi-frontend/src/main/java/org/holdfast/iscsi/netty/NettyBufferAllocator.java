package org.holdfast.iscsi.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.holdfast.scsi.BufferAllocator;
import org.holdfast.scsi.DataBuffer;

/** Command data in pooled direct memory, which the socket reads without a copy. Any thread. */
public final class NettyBufferAllocator implements BufferAllocator {
  /** Room for a basic header segment and its digest, in whole cache lines. */
  private static final int BEFORE = 64;

  /** Room for padding and a data digest. */
  private static final int BEHIND = 8;

  /**
   * Bytes of data up to which one piece less to send is worth the memory: a pool gives 5 KiB for 4
   * KiB with room around them.
   */
  private static final int FRAMED = 16 << 10;

  private final ByteBufAllocator pool;

  public NettyBufferAllocator(ByteBufAllocator pool) {
    this.pool = pool;
  }

  @Override
  public DataBuffer allocate(int capacity) {
    boolean framed = capacity > PduWriter.SMALL && capacity <= FRAMED;
    int before = framed ? BEFORE : 0;
    int size = before + capacity + (framed ? BEHIND : 0);
    // At least 1: for nothing at all the pool gives an empty buffer that everybody shares.
    ByteBuf memory = pool.directBuffer(size, Math.max(size, 1));
    memory.writerIndex(size);
    return new NettyDataBuffer(memory, before, capacity);
  }
}
