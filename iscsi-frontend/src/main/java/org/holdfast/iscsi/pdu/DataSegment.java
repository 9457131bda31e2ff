package org.holdfast.iscsi.pdu;

import java.nio.ByteBuffer;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.HeapDataBuffer;

/**
 * The data of one PDU: bytes {@code [offset, offset + length)} of a buffer, without digest and
 * padding.
 *
 * <p>Ownership: whoever holds the PDU holds its segment and releases it exactly once. Who receives
 * a PDU releases it when it has used the data; {@code Outbox.send} releases what it was given, when
 * the bytes are written or dropped, or as soon as the network layer holds a reference of its own to
 * the memory.
 *
 * <p>For Data-In, a segment is a slice of the task's buffer and its release hook counts down what
 * is still to be sent: the task is finished by the last one. So the buffer outlives every PDU that
 * points into it, and nothing is copied. Thread: the connection's.
 */
public final class DataSegment {
  /** No data. May be released any number of times. */
  public static final DataSegment EMPTY = new DataSegment(new HeapDataBuffer(0), 0, 0, () -> {});

  /** Stands in for memory that was never given. */
  private static final DataBuffer NOWHERE =
      new DataBuffer() {
        @Override
        public int capacity() {
          return 0xFF_FFFF;
        }

        @Override
        public ByteBuffer view(int offset, int length) {
          throw new IllegalStateException("data that was skipped has no bytes");
        }

        @Override
        public void release() {}
      };

  private final DataBuffer buffer;
  private final int offset;
  private final int length;
  private final Runnable onRelease;
  private final boolean skipped;
  private boolean released;

  private DataSegment(DataBuffer buffer, int offset, int length, Runnable onRelease) {
    if (offset < 0 || length < 0 || length > buffer.capacity() - offset) {
      throw new IndexOutOfBoundsException(
          "segment [" + offset + ", +" + length + ") of a buffer of " + buffer.capacity());
    }
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
    this.onRelease = onRelease;
    this.skipped = buffer.equals(NOWHERE);
  }

  /** The first {@code length} bytes of a buffer, which is released with the segment. */
  public static DataSegment owning(DataBuffer buffer, int length) {
    return new DataSegment(buffer, 0, length, buffer::release);
  }

  /**
   * Part of a buffer that belongs to somebody else, who keeps it until {@code onRelease} was run.
   */
  public static DataSegment slice(DataBuffer buffer, int offset, int length, Runnable onRelease) {
    return new DataSegment(buffer, offset, length, onRelease);
  }

  /**
   * Data that is received, and checked by its digest, but kept nowhere: it has a length and no
   * bytes.
   */
  public static DataSegment skipped(int length) {
    return new DataSegment(NOWHERE, 0, length, () -> {});
  }

  /** A copy of {@code bytes}. */
  public static DataSegment copyOf(byte[] bytes) {
    if (bytes.length == 0) {
      return EMPTY;
    }
    HeapDataBuffer heap = new HeapDataBuffer(bytes.length);
    heap.view(0, bytes.length).put(bytes);
    return owning(heap, bytes.length);
  }

  public DataBuffer buffer() {
    return buffer;
  }

  /** Where the data begins in {@link #buffer()}. */
  public int offset() {
    return offset;
  }

  /** Bytes, 0 to 2^24 - 1. */
  public int length() {
    return length;
  }

  /** The data was not kept: see {@link #skipped(int)}. */
  public boolean isSkipped() {
    return skipped;
  }

  public boolean isEmpty() {
    return length == 0;
  }

  /** A fresh view of the data, not to be used after {@link #release()}. */
  public ByteBuffer bytes() {
    if (released) {
      throw new IllegalStateException("data segment used after its release");
    }
    return buffer.view(offset, length);
  }

  /** A copy of the data. */
  public byte[] toByteArray() {
    byte[] copy = new byte[length];
    bytes().get(copy);
    return copy;
  }

  /** The holder needs the data no more. */
  public void release() {
    if (this == EMPTY) {
      return;
    }
    if (released) {
      throw new IllegalStateException("data segment released twice");
    }
    released = true;
    onRelease.run();
  }

  @Override
  public String toString() {
    return length + " bytes";
  }
}
