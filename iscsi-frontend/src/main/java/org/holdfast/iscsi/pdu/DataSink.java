package org.holdfast.iscsi.pdu;

import org.holdfast.scsi.BufferAllocator;

/**
 * Says where received data is to be put. The decoder asks once a header is validated, so that the
 * data of a write can go straight to its place in the task's buffer.
 */
@FunctionalInterface
public interface DataSink {
  /**
   * A segment of exactly {@code length} bytes, which the decoder fills. The PDU carries it to its
   * receiver; when the PDU turns out to be damaged, or the connection ends, the decoder releases
   * it.
   *
   * @param length 1 to the MaxRecvDataSegmentLength that we declared
   */
  DataSegment destination(Bhs header, int length);

  /** A new buffer for every PDU. */
  static DataSink allocating(BufferAllocator allocator) {
    return (header, length) -> DataSegment.owning(allocator.allocate(length), length);
  }
}
