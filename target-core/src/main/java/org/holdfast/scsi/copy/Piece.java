package org.holdfast.scsi.copy;

import org.jspecify.annotations.Nullable;

/**
 * A range to copy. Offsets and the length are bytes, inside the units and multiples of their
 * logical block sizes.
 *
 * @param source null for zeros
 */
record Piece(
    @Nullable Place source,
    long sourceOffset,
    Place destination,
    long destinationOffset,
    long length) {

  /** Reading from the front would read what has been written already. */
  boolean backwards() {
    return source != null
        && source.unit() == destination.unit()
        && destinationOffset > sourceOffset
        && destinationOffset - sourceOffset < length;
  }

  /** Source and destination have blocks in common. */
  boolean overlapping() {
    return source != null
        && source.unit() == destination.unit()
        && Math.abs(destinationOffset - sourceOffset) < length;
  }

  /**
   * The part that comes next.
   *
   * @param moved bytes copied before
   * @param most bytes at once
   */
  Piece part(long moved, long most) {
    long size = Math.min(most, length - moved);
    long at = backwards() ? length - moved - size : moved;
    return new Piece(source, sourceOffset + at, destination, destinationOffset + at, size);
  }
}
