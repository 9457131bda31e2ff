package org.holdfast.scsi.copy;

import java.util.ArrayList;
import java.util.List;

/** Lays two lists of ranges side by side: what is to be read where, and written where. */
final class RangePairs {
  private RangePairs() {}

  /**
   * The pieces that fill {@code to} with the data of {@code from}, beginning {@code skip} blocks
   * into it; both ends where either list does. All ranges are inside their units, which have blocks
   * of one size.
   */
  static List<Piece> pieces(
      Place source, List<BlockRange> from, long skip, Place destination, List<BlockRange> to) {
    long blockSize = destination.blockSize();
    List<Piece> pieces = new ArrayList<>();
    int reading = 0;
    long read = skip;
    while (reading < from.size() && read >= from.get(reading).blocks()) {
      read -= from.get(reading).blocks();
      reading++;
    }
    for (BlockRange target : to) {
      long written = 0;
      while (written < target.blocks() && reading < from.size()) {
        BlockRange range = from.get(reading);
        long blocks = Math.min(target.blocks() - written, range.blocks() - read);
        if (blocks > 0) {
          pieces.add(
              new Piece(
                  source,
                  (range.lba() + read) * blockSize,
                  destination,
                  (target.lba() + written) * blockSize,
                  blocks * blockSize));
        }
        written += blocks;
        read += blocks;
        if (read == range.blocks()) {
          reading++;
          read = 0;
        }
      }
    }
    return pieces;
  }

  /** The pieces that fill {@code to} with zeros. */
  static List<Piece> zeros(Place destination, List<BlockRange> to) {
    long blockSize = destination.blockSize();
    return to.stream()
        .filter(range -> range.blocks() > 0)
        .map(
            range ->
                new Piece(
                    null, 0, destination, range.lba() * blockSize, range.blocks() * blockSize))
        .toList();
  }
}
