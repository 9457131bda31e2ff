package org.holdfast.scsi.command;

import java.util.ArrayList;
import java.util.List;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;

/**
 * Where the CDBs of one length keep the logical block address and the number of blocks (SPC-4
 * clause 4.2.2). READ, WRITE, VERIFY and SYNCHRONIZE CACHE agree on it.
 *
 * @param cdbLength bytes
 * @param lba LOGICAL BLOCK ADDRESS
 * @param blocks the field that counts blocks, named as the command names it
 * @param zeroMeans what a zero in {@code blocks} stands for: 256 in six-byte CDBs, else 0
 */
record Layout(int cdbLength, CdbField lba, CdbField blocks, int zeroMeans) {
  private static final String LBA = "LOGICAL BLOCK ADDRESS";

  /** The layout of {@code cdbLength}, 6, 10, 12 or 16; {@code counted} names the block count. */
  static Layout of(int cdbLength, String counted) {
    return switch (cdbLength) {
      case 6 -> new Layout(6, CdbField.of(LBA, 1, 4, 21), CdbField.bytes(counted, 4, 1), 256);
      case 10 -> new Layout(10, CdbField.bytes(LBA, 2, 4), CdbField.bytes(counted, 7, 2), 0);
      case 12 -> new Layout(12, CdbField.bytes(LBA, 2, 4), CdbField.bytes(counted, 6, 4), 0);
      case 16 -> new Layout(16, CdbField.bytes(LBA, 2, 8), CdbField.bytes(counted, 10, 4), 0);
      default -> throw new IllegalArgumentException("no CDB has " + cdbLength + " bytes");
    };
  }

  /** The layout of sixteen bytes with another place for the count. */
  static Layout of16(CdbField counted) {
    return new Layout(16, CdbField.bytes(LBA, 2, 8), counted, 0);
  }

  LbaRange range(Cdb cdb) {
    LbaRange range = LbaRange.of(cdb, lba, blocks);
    return range.blocks() == 0 ? new LbaRange(range.lba(), zeroMeans) : range;
  }

  /** As {@link org.holdfast.scsi.MediumRange} asks for, without allocation. */
  boolean overlaps(Cdb cdb, long first, long count) {
    return overlaps(cdb, first, count, zeroMeans);
  }

  /** The same of a command for which no blocks means all up to the last. */
  boolean overlapsToTheLast(Cdb cdb, long first, long count) {
    return overlaps(cdb, first, count, Long.MAX_VALUE);
  }

  private boolean overlaps(Cdb cdb, long first, long count, long whenZero) {
    long from = lba.valueIn(cdb);
    long asked = blocks.valueIn(cdb);
    long length = asked == 0 ? whenZero : asked;
    // Unsigned and by subtraction: the CDB's range may lie anywhere in 64 bits.
    return Long.compareUnsigned(from, first) >= 0
        ? Long.compareUnsigned(from - first, count) < 0 && length > 0
        : Long.compareUnsigned(first - from, length) < 0;
  }

  /** These two fields, {@code more}, and the GROUP NUMBER where the length has one. */
  List<CdbField> fields(CdbField... more) {
    List<CdbField> all = new ArrayList<>(List.of(more));
    all.add(lba);
    all.add(blocks);
    switch (cdbLength) {
      case 10 -> all.add(groupNumber(6));
      case 12 -> all.add(groupNumber(10));
      case 16 -> all.add(groupNumber(14));
      default -> {}
    }
    return all;
  }

  /**
   * A group collects statistics about its commands (SBC-3 clause 4.22). None are collected here, so
   * a command of any group is carried out as it would be without one.
   */
  static CdbField groupNumber(int offset) {
    return CdbField.of("GROUP NUMBER", offset, 4, 5);
  }
}
