package org.holdfast.backstore;

import java.util.List;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.SpaceUsage;

/** A system that offers nothing beyond reading and writing. */
final class NoRanges implements RangeIo {
  /** What is smaller than a page of the page cache is read, changed and written back. */
  static final int PAGE = 4096;

  @Override
  public PageCache cache() {
    return PageCache.NOTHING;
  }

  @Override
  public boolean present() {
    return true;
  }

  @Override
  public Shape shape(int blockSize) {
    return new Shape(
        /* thin= */ false, Integer.numberOfTrailingZeros(Math.max(1, PAGE / blockSize)), 1, 0);
  }

  @Override
  public boolean deallocate(long offset, long length) {
    return false;
  }

  @Override
  public boolean zero(long offset, long length) {
    return false;
  }

  @Override
  public List<IoResult.Extent> extents(long offset, long length, int unit) {
    return allMapped(offset, length);
  }

  @Override
  public boolean copyFrom(RangeIo source, long sourceOffset, long offset, long length) {
    return false;
  }

  @Override
  public SpaceUsage space() {
    return SpaceUsage.UNKNOWN;
  }

  @Override
  public boolean truncate(long size) {
    return false;
  }

  @Override
  public boolean allocate(long size) {
    return false;
  }

  @Override
  public void close() {
    // Nothing is open.
  }

  /** What is true of every range of a store that does not tell. */
  static List<IoResult.Extent> allMapped(long offset, long length) {
    return List.of(new IoResult.Extent(offset, length, /* mapped= */ true));
  }
}
