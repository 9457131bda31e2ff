package org.holdfast.scsi;

import java.util.List;

/** How an {@link IoRequest} ended. */
public sealed interface IoResult {
  /** The one value for success. */
  Done DONE = new Done();

  /** The request did what it says. */
  record Done() implements IoResult {}

  /**
   * What {@link IoRequest.FindExtents} found: without gaps, ascending, together the range asked
   * for. Neighbours may have the same state.
   */
  record Extents(List<Extent> extents) implements IoResult {
    public Extents {
      extents = List.copyOf(extents);
    }
  }

  /**
   * A part of a device.
   *
   * @param offset first byte, a multiple of the logical block size
   * @param length bytes, at least one logical block and a multiple of it
   * @param mapped it occupies space; otherwise it reads as zeros
   */
  record Extent(long offset, long length, boolean mapped) {}

  /**
   * The device could not do it. The cause has been logged by the device with all it knows.
   *
   * @param fault what the initiator is told, by way of {@code FaultMapper}
   * @param offset first byte of the device that is known to be affected, or the request's offset
   * @param detail for the log: what, where, and the operating system's words
   */
  record Failed(DeviceFault fault, long offset, String detail) implements IoResult {}
}
