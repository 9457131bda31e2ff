package org.holdfast.iscsi.session;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.holdfast.scsi.BufferAllocator;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.HeapDataBuffer;

/** Knows how many of its buffers are out. */
final class CountingAllocator implements BufferAllocator {
  int live;

  /** The size of every buffer there ever was, in order. */
  final List<Integer> sizes = new ArrayList<>();

  /** What is in the last one, even after its release. */
  ByteBuffer last = ByteBuffer.allocate(0);

  long liveBytes;
  long peakBytes;

  @Override
  public DataBuffer allocate(int capacity) {
    live++;
    liveBytes += capacity;
    peakBytes = Math.max(peakBytes, liveBytes);
    HeapDataBuffer heap = new HeapDataBuffer(capacity);
    sizes.add(capacity);
    last = heap.view(0, capacity);
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
