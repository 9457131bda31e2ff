package org.holdfast.scsi;

import java.nio.ByteBuffer;

/** A buffer on the Java heap, for small answers and for tests. */
public final class HeapDataBuffer implements DataBuffer {
  private final byte[] bytes;
  private boolean released;

  public HeapDataBuffer(int capacity) {
    this.bytes = new byte[capacity];
  }

  @Override
  public int capacity() {
    return bytes.length;
  }

  @Override
  public ByteBuffer view(int offset, int length) {
    if (released) {
      throw new IllegalStateException("buffer used after its release");
    }
    return ByteBuffer.wrap(bytes, offset, length).slice();
  }

  @Override
  public void release() {
    if (released) {
      throw new IllegalStateException("buffer released twice");
    }
    released = true;
  }
}
