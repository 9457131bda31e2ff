package org.holdfast.iscsi.pdu;

import org.holdfast.scsi.BufferAllocator;

/**
 * Says where received data is to be put. The decoder asks once a header is validated, so that the
 * data of a write can go straight to its place in the task's buffer.
 */
@FunctionalInterface
public interface DataSink {
  /**
   * A segment of exactly {@code length} bytes, which the decoder fills; {@link
   * DataSegment#skipped(int)} when nobody wants them. The decoder holds the segment, and may write
   * into it, until it hands the PDU to its receiver or, when the PDU turns out to be damaged or the
   * connection ends, releases it. In the meantime the sink's owner may be told to stop, time out or
   * abort: then the memory still has to wait for that release.
   *
   * <p>What is decided here must not be believed: only the PDU says that the data has come, and
   * that its digest was right.
   *
   * @param header validated, by its digest too when there is one
   * @param length 1 to the MaxRecvDataSegmentLength that we declared
   */
  DataSegment destination(Bhs header, int length);

  /** A new buffer for every PDU. */
  static DataSink allocating(BufferAllocator allocator) {
    return (header, length) -> DataSegment.owning(allocator.allocate(length), length);
  }
}
