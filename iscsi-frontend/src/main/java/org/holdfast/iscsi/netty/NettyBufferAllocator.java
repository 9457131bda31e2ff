package org.holdfast.iscsi.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.holdfast.scsi.BufferAllocator;
import org.holdfast.scsi.DataBuffer;

/** Command data in pooled direct memory, which the socket reads without a copy. Any thread. */
public final class NettyBufferAllocator implements BufferAllocator {
  private final ByteBufAllocator pool;

  public NettyBufferAllocator(ByteBufAllocator pool) {
    this.pool = pool;
  }

  @Override
  public DataBuffer allocate(int capacity) {
    ByteBuf memory = pool.directBuffer(capacity, Math.max(capacity, 1));
    memory.writerIndex(capacity);
    return new NettyDataBuffer(memory, capacity);
  }
}
