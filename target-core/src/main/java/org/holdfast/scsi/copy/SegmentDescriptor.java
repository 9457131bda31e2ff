package org.holdfast.scsi.copy;

import java.nio.ByteBuffer;

/**
 * A segment descriptor that copies from one disk to another (SPC-4 clauses 6.4.6.2 and 6.4.6.11).
 *
 * @param type {@link #BLOCKS} or {@link #BYTES}
 * @param destinationCounts DC: {@code count} is in blocks of the destination, not of the source
 * @param source index of a target descriptor
 * @param destination index of a target descriptor
 * @param count blocks, or bytes, as {@code type} says; unsigned 32 bits
 * @param sourceLba unsigned 64 bits
 * @param destinationLba unsigned 64 bits
 * @param sourceBytes offset of the first byte in the first block, 0..FFFFh
 * @param destinationBytes as {@code sourceBytes}
 */
record SegmentDescriptor(
    int type,
    boolean destinationCounts,
    int source,
    int destination,
    long count,
    long sourceLba,
    long destinationLba,
    int sourceBytes,
    int destinationBytes) {
  /** Block device to block device. */
  static final int BLOCKS = 0x02;

  /** Block device with offset to block device with offset. */
  static final int BYTES = 0x0A;

  /** Bytes in front of what DESCRIPTOR LENGTH counts. */
  static final int HEADER = 4;

  // Where the fields are, from the first byte of the descriptor.
  static final int LENGTH_AT = 2;
  static final int SOURCE_AT = 4;
  static final int DESTINATION_AT = 6;
  static final int BYTE_COUNT_AT = 8;
  static final int BLOCK_COUNT_AT = 10;
  static final int SOURCE_LBA_AT = 12;
  static final int DESTINATION_LBA_AT = 20;

  private static final int DC = 0x02;

  /** Bytes of a descriptor of {@code type}, or -1 when it is none that is supported. */
  static int length(int type) {
    return switch (type) {
      case BLOCKS -> 28;
      case BYTES -> 32;
      default -> -1;
    };
  }

  /** Reads the descriptor that begins at {@code at} and has the length of its type. */
  static SegmentDescriptor read(ByteBuffer list, int at) {
    int type = list.get(at) & 0xFF;
    boolean bytes = type == BYTES;
    return new SegmentDescriptor(
        type,
        !bytes && (list.get(at + 1) & DC) != 0,
        list.getShort(at + SOURCE_AT) & 0xFFFF,
        list.getShort(at + DESTINATION_AT) & 0xFFFF,
        bytes
            ? list.getInt(at + BYTE_COUNT_AT) & 0xFFFF_FFFFL
            : list.getShort(at + BLOCK_COUNT_AT) & 0xFFFF,
        list.getLong(at + SOURCE_LBA_AT),
        list.getLong(at + DESTINATION_LBA_AT),
        bytes ? list.getShort(at + 28) & 0xFFFF : 0,
        bytes ? list.getShort(at + 30) & 0xFFFF : 0);
  }

  int countAt() {
    return type == BYTES ? BYTE_COUNT_AT : BLOCK_COUNT_AT;
  }
}
