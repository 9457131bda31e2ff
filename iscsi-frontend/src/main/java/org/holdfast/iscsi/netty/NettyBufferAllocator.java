package org.holdfast.iscsi.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.holdfast.scsi.BufferAllocator;
import org.holdfast.scsi.DataBuffer;

/** Command data in pooled direct memory, which the socket reads without a copy. Any thread. */
public final class NettyBufferAllocator implements BufferAllocator {
  /** Room for a basic header segment and its digest; the data stays aligned to a cache line. */
  private static final int BEFORE = 64;

  /** Room for padding and a data digest. */
  private static final int BEHIND = 8;

  /** Bytes of data up to which one piece less to send is worth the memory. */
  private static final int FRAMED = 16 << 10;

  private final ByteBufAllocator pool;

  public NettyBufferAllocator(ByteBufAllocator pool) {
    this.pool = pool;
  }

  @Override
  public DataBuffer allocate(int capacity) {
    int before = capacity <= FRAMED ? BEFORE : 0;
    int size = before == 0 ? capacity : BEFORE + capacity + BEHIND;
    ByteBuf memory = pool.directBuffer(size, size);
    memory.writerIndex(size);
    return new NettyDataBuffer(memory, before, capacity);
  }
}
