package org.holdfast.backstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoCompletion;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.SpaceUsage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device kept in a regular file or on a block device node.
 *
 * <p>A write that promises stability (write-through, FUA) is a positional write followed by {@link
 * StableStorage#sync()}; it completes only after both. Once a sync has failed, everything that
 * promises stability fails until the device is opened again; reads go on.
 *
 * <p>Threads: {@link #submit} from any. Requests run on the device's own bounded threads, except
 * those that {@link InlineIo} allows on the submitter's. No thread of a device is ever interrupted,
 * and a submitter that is interrupted gets no inline I/O: an interrupt closes a FileChannel under
 * everybody.
 */
public final class FileDevice implements BlockDevice {
  private static final Logger log = LoggerFactory.getLogger(FileDevice.class);

  /** Zeros are written in pieces of this size, so that a long request needs no long buffer. */
  static final int ZERO_CHUNK = 1 << 20;

  private final String name;
  private final FileIo io;
  private final DeviceProfile profile;
  private final InlineIo inline;
  private final IoThreads threads;
  private final Runnable released;
  private final StableStorage stable;
  private final InFlight inFlight = new InFlight();
  private final ReentrantLock closing = new ReentrantLock();
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(ZERO_CHUNK).asReadOnlyBuffer();

  /**
   * @param name for logs: the path
   * @param io owned by the device from here on
   * @param released told once when the file is closed
   */
  FileDevice(
      String name,
      FileIo io,
      DeviceProfile profile,
      InlineIo inline,
      IoThreads threads,
      Runnable released) {
    this.name = name;
    this.io = io;
    this.profile = profile;
    this.inline = inline;
    this.threads = threads;
    this.released = released;
    this.stable = new StableStorage(io);
  }

  /**
   * Opens, and where wanted makes, a device. Blocks; not for event loops.
   *
   * @param registry the daemon's, shared by all its devices
   * @throws BackstoreException with a message for the administrator
   */
  public static FileDevice open(FileDeviceOptions options, DeviceRegistry registry)
      throws BackstoreException {
    return FileOpener.open(options, registry);
  }

  @Override
  public DeviceProfile profile() {
    return profile;
  }

  @Override
  public boolean ready() {
    return inFlight.open();
  }

  @Override
  public SpaceUsage space() {
    return SpaceUsage.UNKNOWN;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when the range is outside the device or not whole blocks
   */
  @Override
  public void submit(IoRequest request, IoCompletion completion) {
    Ranges.require(profile, request);
    if (!inFlight.enter()) {
      completion.done(
          new IoResult.Failed(
              DeviceFault.NOT_READY, Ranges.offset(request), name + ": the device is closed"));
      return;
    }
    if (runsInline(request)) {
      run(request, completion);
    } else if (!threads.offer(() -> run(request, completion))) {
      inFlight.leave();
      completion.done(
          new IoResult.Failed(
              DeviceFault.QUEUE_FULL, Ranges.offset(request), name + ": the I/O queue is full"));
    }
  }

  /**
   * A read may turn out to wait for the disk, and the submitter with it: nothing here can know
   * beforehand what the page cache holds. preadv2 with RWF_NOWAIT can, and is to replace this rule.
   */
  private boolean runsInline(IoRequest request) {
    boolean allowed =
        switch (inline) {
          case NONE -> false;
          case READS -> request instanceof IoRequest.Read;
          case READS_AND_CACHED_WRITES ->
              request instanceof IoRequest.Read
                  || (request instanceof IoRequest.Write write && !promisesStability(write.fua()));
        };
    return allowed && !Thread.currentThread().isInterrupted();
  }

  private void run(IoRequest request, IoCompletion completion) {
    IoResult result;
    try {
      result = carryOut(request);
    } catch (RuntimeException | Error e) {
      // Such as no memory for the JDK's transfer buffer. The initiator must get an answer.
      DeviceFault fault =
          request instanceof IoRequest.Read ? DeviceFault.READ_ERROR : DeviceFault.WRITE_ERROR;
      result = failed(fault, Ranges.offset(request), "unexpected " + e, e);
    }
    // Before the completion, so that a completion may close the device.
    inFlight.leave();
    completion.done(result);
  }

  private IoResult carryOut(IoRequest request) {
    if (profile.readOnly()
        && !(request instanceof IoRequest.Read || request instanceof IoRequest.FindExtents)) {
      return request instanceof IoRequest.Flush
          ? IoResult.DONE
          : failed(DeviceFault.READ_ONLY, Ranges.offset(request), "opened for reading only", null);
    }
    return switch (request) {
      case IoRequest.Read(long offset, ByteBuffer target) -> read(offset, target);
      case IoRequest.Write(long offset, ByteBuffer source, boolean fua) ->
          write(offset, source, promisesStability(fua));
      case IoRequest.Flush() -> sync(0);
      case IoRequest.FindExtents(long offset, long length) ->
          new IoResult.Extents(List.of(new IoResult.Extent(offset, length, /* mapped= */ true)));
      case IoRequest.CopyFrom copy ->
          new IoResult.Failed(
              DeviceFault.NOT_SUPPORTED, copy.offset(), name + ": cannot copy by itself");
      case IoRequest.Unmap(long offset, long length) ->
          failed(
              DeviceFault.WRITE_ERROR,
              offset,
              "UNMAP of %d bytes on a device that is not thin".formatted(length),
              null);
      case IoRequest.WriteZeroes(long offset, long length, boolean mayUnmap, boolean fua) ->
          writeZeroes(offset, length, promisesStability(fua));
    };
  }

  private boolean promisesStability(boolean fua) {
    return fua || !profile.writeCache();
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

  private IoResult write(long offset, ByteBuffer source, boolean durable) {
    IoResult written = writeFully(offset, source);
    return durable && written instanceof IoResult.Done ? sync(offset) : written;
  }

  private IoResult writeFully(long offset, ByteBuffer source) {
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

  private IoResult writeZeroes(long offset, long length, boolean durable) {
    long end = offset + length;
    for (long position = offset; position < end; position += ZERO_CHUNK) {
      int chunk = (int) Math.min(ZERO_CHUNK, end - position);
      IoResult written = writeFully(position, zeros.slice(0, chunk));
      if (written instanceof IoResult.Failed) {
        return written;
      }
    }
    return durable ? sync(offset) : IoResult.DONE;
  }

  private IoResult sync(long offset) {
    try {
      stable.sync();
      return IoResult.DONE;
    } catch (StableStorage.LostWritesException e) {
      return failed(DeviceFault.WRITE_ERROR, offset, IoFaults.words(e), null);
    } catch (IOException e) {
      log.error(
          "{}: fsync failed: writes that were answered may be lost. No write will be promised to be"
              + " stable until the device is opened again; check the disk first",
          name,
          e);
      return failed(IoFaults.ofWrite(e), offset, "fsync: " + IoFaults.words(e), null);
    }
  }

  private IoResult.Failed failed(
      DeviceFault fault, long offset, String words, @Nullable Throwable cause) {
    String detail = "%s at byte %d: %s".formatted(name, offset, words);
    log.warn("{}: {}", fault, detail, cause);
    return new IoResult.Failed(fault, offset, detail);
  }

  @Override
  public void close() {
    closing.lock();
    try {
      if (!inFlight.closeAndDrain()) {
        return;
      }
      threads.close();
      if (!profile.readOnly() && !stable.failed()) {
        sync(0);
      }
      try {
        io.close();
      } catch (IOException e) {
        log.error("{}: closing failed; what the last sync covered is safe", name, e);
      }
      released.run();
    } finally {
      closing.unlock();
    }
  }
}
