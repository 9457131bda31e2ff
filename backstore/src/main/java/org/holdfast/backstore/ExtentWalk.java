package org.holdfast.backstore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.holdfast.scsi.IoResult.Extent;

/**
 * From the byte-exact holes of a file to extents in logical blocks. A block counts as mapped when
 * any byte of it is data.
 */
final class ExtentWalk {
  /** A question to the file; Long.MAX_VALUE when there is no such byte. */
  @FunctionalInterface
  interface Next {
    long from(long position) throws IOException;
  }

  /** More than this is not looked for: the rest of the range counts as mapped. */
  static final int MOST_EXTENTS = 8192;

  private ExtentWalk() {}

  /** The extents of a range whose boundaries are multiples of {@code unit}. */
  static List<Extent> extents(Next data, Next hole, long offset, long length, int unit)
      throws IOException {
    long end = offset + length;
    List<Extent> extents = new ArrayList<>();
    long position = offset;
    while (position < end) {
      if (extents.size() >= MOST_EXTENTS) {
        extents.add(new Extent(position, end - position, /* mapped= */ true));
        break;
      }
      long dataAt = Math.min(end, data.from(position));
      long mappedFrom = dataAt - dataAt % unit;
      if (mappedFrom > position) {
        extents.add(new Extent(position, mappedFrom - position, /* mapped= */ false));
      }
      if (dataAt == end) {
        break;
      }
      long holeAt = Math.min(end, hole.from(dataAt));
      long roundedUp = holeAt + (unit - holeAt % unit) % unit;
      // A hole punched between the two questions must not stop the walk.
      position = Math.max(roundedUp, mappedFrom + unit);
      extents.add(new Extent(mappedFrom, position - mappedFrom, /* mapped= */ true));
    }
    return extents;
  }
}
