package org.holdfast.backstore;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.SpaceUsage;

/**
 * What the system can do with ranges of an open file or disk without their data passing through
 * this process. Each method says when it cannot, and the caller then does it with data.
 *
 * <p>Offsets and lengths are bytes; ranges are not empty. Thread: any, several at once.
 */
interface RangeIo extends Closeable {
  /** Nothing can be done: everything goes with data. */
  RangeIo NONE = new NoRanges();

  /**
   * What the store is like, for {@link org.holdfast.scsi.DeviceProfile}.
   *
   * @param thin space can be given back, and reads as zeros then
   * @param physicalBlockExponent log2 of logical blocks per physical block
   * @param unmapGranularity logical blocks that are given back together
   * @param alignedLba first logical block that begins a physical one
   */
  record Shape(boolean thin, int physicalBlockExponent, int unmapGranularity, int alignedLba) {}

  /** What can be had without waiting; good until this is closed. */
  PageCache cache();

  /**
   * False when the system knows that the file or disk is not there any more: what fails then fails
   * for that reason, whatever the error says.
   */
  boolean present();

  /** For logical blocks of {@code blockSize} bytes. */
  Shape shape(int blockSize);

  /**
   * The range reads as zeros afterwards, and its space is given back where whole units of the store
   * are in it.
   *
   * @return false where this cannot be done; part of the range may be zeros then
   */
  boolean deallocate(long offset, long length) throws IOException;

  /**
   * The range reads as zeros afterwards and keeps its space, or gets some.
   *
   * @return false where this cannot be done; part of the range may be zeros then
   */
  boolean zero(long offset, long length) throws IOException;

  /**
   * What of the range occupies space: ascending, without gaps, together the range. The boundaries
   * are multiples of {@code unit}, of which offset and length are, too.
   */
  List<IoResult.Extent> extents(long offset, long length, int unit) throws IOException;

  /**
   * Copies from another store. Ranges in one and the same file do not overlap.
   *
   * @return false where the two cannot; nothing has changed
   */
  boolean copyFrom(RangeIo source, long sourceOffset, long offset, long length) throws IOException;

  /** How full the store is; may wait for the file system. */
  SpaceUsage space() throws IOException;

  /**
   * Gives a file another size. What is new reads as zeros and occupies nothing.
   *
   * @return false where the size is not ours to change, as a disk's
   */
  boolean truncate(long size) throws IOException;

  /**
   * Gives a file at least {@code size} bytes, with space for all of them.
   *
   * @return false where this cannot be done; the size may have changed
   */
  boolean allocate(long size) throws IOException;

  @Override
  void close() throws IOException;
}
