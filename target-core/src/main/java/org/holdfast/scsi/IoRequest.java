package org.holdfast.scsi;

import java.nio.ByteBuffer;

/**
 * What the engine asks of a {@link BlockDevice}. Offsets and lengths are bytes, inside the device
 * and multiples of its logical block size: the engine has checked that before.
 */
public sealed interface IoRequest {
  /** Fill {@code target} (from its position to its limit) from {@code offset}. */
  record Read(long offset, ByteBuffer target) implements IoRequest {}

  /**
   * Store {@code source} (from its position to its limit) at {@code offset}.
   *
   * @param fua the bytes are on stable storage when the request completes, whatever the cache mode
   */
  record Write(long offset, ByteBuffer source, boolean fua) implements IoRequest {}

  /**
   * All writes completed before this request was submitted are on stable storage when it completes.
   */
  record Flush() implements IoRequest {}

  /** The range need not keep its blocks any longer; it reads as zeros afterwards. */
  record Unmap(long offset, long length) implements IoRequest {}

  /** Which parts of the range occupy space (GET LBA STATUS). Ends with {@link IoResult.Extents}. */
  record FindExtents(long offset, long length) implements IoRequest {}

  /**
   * Copies inside the backing store, without the data passing through this process: {@code length}
   * bytes from {@code sourceOffset} of {@code source} to {@code offset} of this device. Fails with
   * {@link DeviceFault#NOT_SUPPORTED}, having changed nothing, when the two cannot do it; the
   * caller then reads and writes.
   *
   * @param source this device or another; stays open while the request runs
   */
  record CopyFrom(BlockDevice source, long sourceOffset, long offset, long length)
      implements IoRequest {}

  /** The range reads as zeros afterwards. {@code mayUnmap}: it need not stay allocated. */
  record WriteZeroes(long offset, long length, boolean mayUnmap, boolean fua)
      implements IoRequest {}
}
