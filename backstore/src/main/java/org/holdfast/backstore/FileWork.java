package org.holdfast.backstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the requests of a {@link FileDevice} out: first by what the system can do without data,
 * else with data. Thread: any, several at once.
 */
final class FileWork {
  private static final Logger log = LoggerFactory.getLogger(FileWork.class);

  /** Zeros are written in pieces of this size, so that a long request needs no long buffer. */
  static final int ZERO_CHUNK = 1 << 20;

  /** One call for a range that goes without data; false where the system cannot. */
  @FunctionalInterface
  private interface Attempt {
    boolean run() throws IOException;
  }

  private final String name;
  private final FileIo io;
  private final RangeIo ranges;
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(ZERO_CHUNK).asReadOnlyBuffer();

  FileWork(OpenFile file) {
    this.name = file.name();
    this.io = file.io();
    this.ranges = file.ranges();
  }

  /**
   * What becomes of a request that is inside the device. It is not stable yet: see {@link
   * #promisesStability}.
   *
   * @param profile what the device is for this request
   * @param source of a copy: its ranges, open until this returns; otherwise nothing
   */
  IoResult carryOut(DeviceProfile profile, IoRequest request, RangeIo source) {
    if (profile.readOnly()
        && !(request instanceof IoRequest.Read || request instanceof IoRequest.FindExtents)) {
      return request instanceof IoRequest.Flush
          ? IoResult.DONE
          : failed(DeviceFault.READ_ONLY, Ranges.offset(request), "opened for reading only", null);
    }
    return switch (request) {
      case IoRequest.Read(long offset, ByteBuffer target) -> read(offset, target);
      case IoRequest.Write(long offset, ByteBuffer data, boolean _) -> write(offset, data);
      case IoRequest.Flush() -> IoResult.DONE;
      case IoRequest.FindExtents(long offset, long length) -> extents(profile, offset, length);
      case IoRequest.CopyFrom copy -> copy(copy, source);
      case IoRequest.Unmap(long offset, long length) ->
          profile.thin()
              ? clear(offset, length, /* mayUnmap= */ true)
              : failed(
                  DeviceFault.WRITE_ERROR,
                  offset,
                  "UNMAP of %d bytes on a device that is not thin".formatted(length),
                  null);
      case IoRequest.WriteZeroes(long offset, long length, boolean mayUnmap, boolean _) ->
          clear(offset, length, mayUnmap);
    };
  }

  /** Whether what {@code request} has done must be stable before it is answered. */
  static boolean promisesStability(DeviceProfile profile, IoRequest request) {
    if (profile.readOnly()) {
      return false;
    }
    boolean uncached = !profile.writeCache();
    return switch (request) {
      case IoRequest.Read _, IoRequest.FindExtents _ -> false;
      case IoRequest.Flush _ -> true;
      case IoRequest.Write write -> write.fua() || uncached;
      case IoRequest.WriteZeroes zeroes -> zeroes.fua() || uncached;
      case IoRequest.Unmap _, IoRequest.CopyFrom _ -> uncached;
    };
  }

  private IoResult read(long offset, ByteBuffer target) {
    long position = offset;
    try {
      while (target.hasRemaining()) {
        int got = io.read(target, position);
        if (got <= 0) {
          return failed(
              DeviceFault.READ_ERROR,
              position,
              "the file is shorter than it was when opened",
              null);
        }
        position += got;
      }
      return IoResult.DONE;
    } catch (IOException e) {
      return failed(IoFaults.ofRead(e), position, IoFaults.words(e), e);
    }
  }

  private IoResult write(long offset, ByteBuffer source) {
    long position = offset;
    try {
      while (source.hasRemaining()) {
        int put = io.write(source, position);
        if (put <= 0) {
          return failed(DeviceFault.WRITE_ERROR, position, "a write took no bytes", null);
        }
        position += put;
      }
      return IoResult.DONE;
    } catch (IOException e) {
      return failed(IoFaults.ofWrite(e), position, IoFaults.words(e), e);
    }
  }

  /** Zeros, by the cheapest way that the system knows. */
  private IoResult clear(long offset, long length, boolean mayUnmap) {
    if (length == 0) {
      return IoResult.DONE;
    }
    IoResult unmapped =
        mayUnmap ? attempt(offset, () -> ranges.deallocate(offset, length)) : notSupported(offset);
    IoResult zeroed =
        isUnsupported(unmapped) ? attempt(offset, () -> ranges.zero(offset, length)) : unmapped;
    return isUnsupported(zeroed) ? writeZeros(offset, length) : zeroed;
  }

  private IoResult writeZeros(long offset, long length) {
    long end = offset + length;
    for (long position = offset; position < end; position += ZERO_CHUNK) {
      int chunk = (int) Math.min(ZERO_CHUNK, end - position);
      IoResult written = write(position, zeros.slice(0, chunk));
      if (written instanceof IoResult.Failed) {
        return written;
      }
    }
    return IoResult.DONE;
  }

  /** A device that is not thin has no unmapped blocks, whatever its file looks like. */
  private IoResult extents(DeviceProfile profile, long offset, long length) {
    if (length == 0) {
      return new IoResult.Extents(List.of());
    }
    if (!profile.thin()) {
      return new IoResult.Extents(NoRanges.allMapped(offset, length));
    }
    try {
      return new IoResult.Extents(ranges.extents(offset, length, profile.blockSize()));
    } catch (IOException e) {
      return failed(IoFaults.ofRead(e), offset, IoFaults.words(e), e);
    }
  }

  private IoResult copy(IoRequest.CopyFrom copy, RangeIo source) {
    long distance = Math.abs(copy.offset() - copy.sourceOffset());
    if (source.equals(ranges) && distance < copy.length()) {
      return notSupported(copy.offset());
    }
    return copy.length() == 0
        ? IoResult.DONE
        : attempt(
            copy.offset(),
            () -> ranges.copyFrom(source, copy.sourceOffset(), copy.offset(), copy.length()));
  }

  private IoResult attempt(long offset, Attempt attempt) {
    try {
      return attempt.run() ? IoResult.DONE : notSupported(offset);
    } catch (IOException e) {
      return failed(IoFaults.ofWrite(e), offset, IoFaults.words(e), e);
    }
  }

  /** Not logged: it is an answer to a question, and the caller has another way. */
  private IoResult notSupported(long offset) {
    return new IoResult.Failed(
        DeviceFault.NOT_SUPPORTED, offset, name + ": the system cannot do this without the data");
  }

  private static boolean isUnsupported(IoResult result) {
    return result instanceof IoResult.Failed failed && failed.fault() == DeviceFault.NOT_SUPPORTED;
  }

  /**
   * What becomes of a request that promised stability.
   *
   * @param offset first byte of the request
   * @param failure as {@link StableStorage.Waiter} was told
   */
  IoResult synced(long offset, @Nullable IOException failure) {
    if (failure == null) {
      return IoResult.DONE;
    }
    if (failure instanceof StableStorage.LostWritesException) {
      return failed(DeviceFault.WRITE_ERROR, offset, IoFaults.words(failure), null);
    }
    log.error(
        "{}: fsync failed: writes that were answered may be lost. No write will be promised to be"
            + " stable until the device is opened again; check the disk first",
        name,
        failure);
    return failed(IoFaults.ofWrite(failure), offset, "fsync: " + IoFaults.words(failure), null);
  }

  /** A fault with its log line. */
  IoResult.Failed failed(DeviceFault fault, long offset, String words, @Nullable Throwable cause) {
    String detail = "%s at byte %d: %s".formatted(name, offset, words);
    log.warn("{}: {}", fault, detail, cause);
    return new IoResult.Failed(fault, offset, detail);
  }
}
