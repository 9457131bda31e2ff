package org.holdfast.iscsi.session;

import java.nio.ByteBuffer;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.scsi.DataBuffer;

/**
 * The memory of a received data segment as a command's buffer: immediate data reaches the device
 * uncopied. When there is room behind the segment, it is room for what comes after it.
 */
final class SegmentBuffer implements DataBuffer {
  private final DataSegment segment;

  /** Takes over {@code segment}. */
  SegmentBuffer(DataSegment segment) {
    this.segment = segment;
  }

  @Override
  public int capacity() {
    return segment.buffer().capacity() - segment.offset();
  }

  @Override
  public ByteBuffer view(int offset, int length) {
    return segment.buffer().view(segment.offset() + offset, length);
  }

  @Override
  public void release() {
    segment.release();
  }
}
