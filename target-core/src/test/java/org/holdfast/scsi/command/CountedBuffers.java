package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.BufferAllocator;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.HeapDataBuffer;

/** Buffers on the heap that are counted until they come back. For one thread. */
final class CountedBuffers implements BufferAllocator {
  private int outstanding;

  /** Buffers that were handed out and have not been released. */
  int outstanding() {
    return outstanding;
  }

  @Override
  public DataBuffer allocate(int capacity) {
    outstanding++;
    HeapDataBuffer heap = new HeapDataBuffer(capacity);
    return new DataBuffer() {
      @Override
      public int capacity() {
        return heap.capacity();
      }

      @Override
      public ByteBuffer view(int offset, int length) {
        return heap.view(offset, length);
      }

      @Override
      public void release() {
        heap.release();
        outstanding--;
      }
    };
  }
}
