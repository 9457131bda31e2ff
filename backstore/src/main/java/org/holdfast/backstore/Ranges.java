package org.holdfast.backstore;

import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;

/** Where a request acts, and the assertion that it is inside the device. */
final class Ranges {
  private Ranges() {}

  /** First byte of the device that {@code request} touches; 0 for a flush. */
  static long offset(IoRequest request) {
    return switch (request) {
      case IoRequest.Read read -> read.offset();
      case IoRequest.Write write -> write.offset();
      case IoRequest.Flush flush -> 0;
      case IoRequest.Unmap unmap -> unmap.offset();
      case IoRequest.FindExtents find -> find.offset();
      case IoRequest.CopyFrom copy -> copy.offset();
      case IoRequest.WriteZeroes zeroes -> zeroes.offset();
    };
  }

  /** Bytes from {@link #offset} on that {@code request} touches; 0 for a flush. */
  static long length(IoRequest request) {
    return switch (request) {
      case IoRequest.Read read -> read.target().remaining();
      case IoRequest.Write write -> write.source().remaining();
      case IoRequest.Flush flush -> 0;
      case IoRequest.Unmap unmap -> unmap.length();
      case IoRequest.FindExtents find -> find.length();
      case IoRequest.CopyFrom copy -> copy.length();
      case IoRequest.WriteZeroes zeroes -> zeroes.length();
    };
  }

  /** True when the range lies within the device. */
  static boolean inside(DeviceProfile profile, long offset, long length) {
    return offset >= 0 && length >= 0 && length <= profile.size() - offset;
  }

  /**
   * The engine has checked the range before; a request that fails here is the engine's error, and
   * carrying it out could destroy somebody's data.
   *
   * @throws IllegalArgumentException outside the device, or not whole blocks
   */
  static void require(DeviceProfile profile, IoRequest request) {
    long offset = offset(request);
    long length = length(request);
    if (!inside(profile, offset, length)) {
      throw new IllegalArgumentException(
          "bytes %d+%d are outside the device of %d".formatted(offset, length, profile.size()));
    }
    if (offset % profile.blockSize() != 0 || length % profile.blockSize() != 0) {
      throw new IllegalArgumentException(
          "bytes %d+%d are not whole blocks of %d".formatted(offset, length, profile.blockSize()));
    }
  }
}
