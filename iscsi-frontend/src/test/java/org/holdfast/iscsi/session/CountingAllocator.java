package org.holdfast.iscsi.session;

import java.nio.ByteBuffer;
import org.holdfast.scsi.BufferAllocator;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.HeapDataBuffer;

/** Knows how many of its buffers are out. */
final class CountingAllocator implements BufferAllocator {
  int live;
  long liveBytes;
  long peakBytes;

  @Override
  public DataBuffer allocate(int capacity) {
    live++;
    liveBytes += capacity;
    peakBytes = Math.max(peakBytes, liveBytes);
    HeapDataBuffer heap = new HeapDataBuffer(capacity);
    return new DataBuffer() {
      @Override
      public int capacity() {
        return capacity;
      }

      @Override
      public ByteBuffer view(int offset, int length) {
        return heap.view(offset, length);
      }

      @Override
      public void release() {
        heap.release();
        live--;
        liveBytes -= capacity;
      }
    };
  }
}
