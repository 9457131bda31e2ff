package org.holdfast.backstore;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.holdfast.scsi.IoResult;

/** Whether there is anything in a part of a file. Blocks. */
final class Zeros {
  /** Also for files that are read past the page cache: a multiple of any block, aligned to it. */
  private static final int PIECE = 1 << 20;

  private static final int ALIGNMENT = 4096;

  private Zeros() {}

  /**
   * Whether only zeros lie in a range; what occupies no space is not read.
   *
   * @param from in bytes, a multiple of {@code unit}
   * @param to behind the last byte, a multiple of {@code unit}
   */
  static boolean fill(OpenFile file, long from, long to, int unit) throws IOException {
    ByteBuffer piece = ByteBuffer.allocateDirect(PIECE + ALIGNMENT).alignedSlice(ALIGNMENT);
    for (IoResult.Extent extent : file.ranges().extents(from, to - from, unit)) {
      long end = extent.offset() + extent.length();
      for (long at = extent.offset(); extent.mapped() && at < end; ) {
        piece.clear().limit((int) Math.min(PIECE, end - at));
        int read = file.io().read(piece, at);
        if (read <= 0) {
          throw new EOFException("it ends at " + at + ", before " + end);
        }
        if (!isZero(piece.flip())) {
          return false;
        }
        at += read;
      }
    }
    return true;
  }

  private static boolean isZero(ByteBuffer bytes) {
    while (bytes.remaining() >= Long.BYTES) {
      if (bytes.getLong() != 0) {
        return false;
      }
    }
    while (bytes.hasRemaining()) {
      if (bytes.get() != 0) {
        return false;
      }
    }
    return true;
  }
}
