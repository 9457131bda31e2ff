package org.holdfast.iscsi.session;

import java.nio.ByteBuffer;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.scsi.DataBuffer;

/** A received data segment as a command's buffer: immediate data reaches the device uncopied. */
final class SegmentBuffer implements DataBuffer {
  private final DataSegment segment;

  /** Takes over {@code segment}. */
  SegmentBuffer(DataSegment segment) {
    this.segment = segment;
  }

  @Override
  public int capacity() {
    return segment.length();
  }

  @Override
  public ByteBuffer view(int offset, int length) {
    return segment.bytes().slice(offset, length);
  }

  @Override
  public void release() {
    segment.release();
  }
}
