package org.holdfast.backstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.holdfast.backstore.BackstoreException.Reason;
import org.holdfast.backstore.FileDeviceOptions.Allocation;
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
 * StableStorage#whenStable}; it completes only after both. Once a sync has failed, everything that
 * promises stability fails until the device is opened again; reads go on. What a request does is in
 * {@link FileWork}; this class says when and on which thread.
 *
 * <p>Threads: {@link #submit} from any. Requests run on the device's own bounded threads, except
 * those that {@link InlineIo} allows on the submitter's. No thread of a device is ever interrupted,
 * and a submitter that is interrupted gets no inline I/O: an interrupt closes a FileChannel under
 * everybody.
 */
public final class FileDevice implements BlockDevice {
  private static final Logger log = LoggerFactory.getLogger(FileDevice.class);

  /** Whether a device may lose blocks at its end. */
  public enum Shrinking {
    /** No: a device that is asked to, or a file that was made, smaller is an error. */
    REFUSED,
    /** Only blocks that have never held anything but zeros; otherwise it is an error. */
    OF_ZEROS,
    /** Yes: the administrator knows that what is there is lost. */
    ALLOWED
  }

  private final OpenFile file;
  private final InlineIo inline;
  private final IoThreads threads;
  private final StableStorage stable;
  private final FileWork work;
  private final Optional<MadeFile> made;

  /** Held by whoever closes or resizes. */
  private final ReentrantLock changing = new ReentrantLock();

  /**
   * What runs. A shrinking device gets a new one, so that what was begun before can be waited for.
   * Written under {@link #changing}.
   */
  private volatile InFlight inFlight = new InFlight();

  /** Set once: the file or disk under it is not there any more. */
  private volatile boolean gone;

  /** Written under {@link #changing}, before {@link #inFlight}. */
  private volatile DeviceProfile profile;

  /** The largest that it has ever been: a range within it is no defect of the caller's. */
  private volatile DeviceProfile largest;

  /** A device that was there before; see the other one. */
  FileDevice(OpenFile file, DeviceProfile profile, InlineIo inline, IoThreads threads) {
    this(file, profile, inline, threads, Optional.empty());
  }

  /**
   * @param file owned by the device from here on
   * @param made the file, when it was made to be opened here
   */
  FileDevice(
      OpenFile file,
      DeviceProfile profile,
      InlineIo inline,
      IoThreads threads,
      Optional<MadeFile> made) {
    this.file = file;
    this.profile = profile;
    this.largest = profile;
    this.inline = inline;
    this.threads = threads;
    this.made = made;
    this.stable = new StableStorage(file.io());
    this.work = new FileWork(file);
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
    return inFlight.open() && !gone;
  }

  @Override
  public SpaceUsage space() {
    measureWhenDue();
    return file.space().latest();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when the range is outside the device or not whole blocks
   */
  @Override
  public void submit(IoRequest request, IoCompletion completion) {
    Ranges.require(largest, request);
    InFlight entered = enter();
    if (entered == null) {
      refuse(completion, request, DeviceFault.NOT_READY, "the device is closed");
      return;
    }
    if (!Ranges.inside(profile, Ranges.offset(request), Ranges.length(request))) {
      entered.leave();
      refuse(completion, request, DeviceFault.OUT_OF_RANGE, "the device has become smaller");
    } else if (runsInline(request)) {
      run(entered, request, completion);
    } else {
      goOn(entered, request, completion);
    }
  }

  /** A read with what the page cache has, and what is left then on the device's threads. */
  private void goOn(InFlight entered, IoRequest request, IoCompletion completion) {
    IoRequest left = request;
    if (request instanceof IoRequest.Read(long offset, ByteBuffer target)
        && inline != InlineIo.NONE) {
      int wanted = target.remaining();
      file.cache().read(target, offset);
      if (!target.hasRemaining()) {
        entered.leave();
        completion.done(IoResult.DONE);
        return;
      }
      if (target.remaining() < wanted) {
        left = new IoRequest.Read(offset + wanted - target.remaining(), target);
      }
    }
    IoRequest rest = left;
    if (!threads.offer(() -> run(entered, rest, completion))) {
      entered.leave();
      refuse(completion, request, DeviceFault.QUEUE_FULL, "the I/O queue is full");
    }
  }

  /** Null when the device is closed. */
  private @Nullable InFlight enter() {
    while (true) {
      InFlight now = inFlight;
      if (now.enter()) {
        return now;
      }
      if (now == inFlight) {
        return null;
      }
    }
  }

  private void refuse(IoCompletion completion, IoRequest request, DeviceFault fault, String words) {
    completion.done(new IoResult.Failed(fault, Ranges.offset(request), file.name() + ": " + words));
  }

  /** All of it, because nothing in it waits for a disk. */
  private boolean runsInline(IoRequest request) {
    boolean allowed =
        file.cache() instanceof PageCache.Everything
            && switch (inline) {
              case NONE -> false;
              case READS -> request instanceof IoRequest.Read;
              case READS_AND_CACHED_WRITES ->
                  request instanceof IoRequest.Read
                      || (request instanceof IoRequest.Write write
                          && !FileWork.promisesStability(profile, write));
            };
    return allowed && !Thread.currentThread().isInterrupted();
  }

  private void run(InFlight entered, IoRequest request, IoCompletion completion) {
    // Now: reading and writing move the positions of buffers, and a resize the profile.
    DeviceProfile now = profile;
    long offset = Ranges.offset(request);
    IoResult result;
    try {
      result = carryOut(now, request);
    } catch (RuntimeException | Error e) {
      // Such as no memory for the JDK's transfer buffer. The initiator must get an answer.
      DeviceFault fault =
          request instanceof IoRequest.Read ? DeviceFault.READ_ERROR : DeviceFault.WRITE_ERROR;
      result = work.failed(fault, offset, "unexpected " + e, e);
    }
    if (!(result instanceof IoResult.Failed) && FileWork.promisesStability(now, request)) {
      stable.whenStable(
          failure -> finish(entered, request, work.synced(offset, failure), completion));
    } else {
      finish(entered, request, result, completion).run();
    }
  }

  /**
   * It is over; what is returned says so. Only then, so that a completion may close the device if
   * nothing else is in flight.
   */
  private Runnable finish(
      InFlight entered, IoRequest request, IoResult result, IoCompletion completion) {
    IoResult told = result instanceof IoResult.Failed failed ? noticed(request, failed) : result;
    entered.leave();
    return () -> {
      completion.done(told);
      if (!(request instanceof IoRequest.Read)) {
        measureWhenDue();
      }
    };
  }

  /** A disk that has been pulled out often says no more than EIO. */
  private IoResult.Failed noticed(IoRequest request, IoResult.Failed failed) {
    if (request instanceof IoRequest.CopyFrom) {
      return failed; // It may be the source that has gone.
    }
    boolean error =
        failed.fault() == DeviceFault.READ_ERROR || failed.fault() == DeviceFault.WRITE_ERROR;
    IoResult.Failed told =
        error && !file.ranges().present()
            ? new IoResult.Failed(
                DeviceFault.NOT_READY, failed.offset(), failed.detail() + "; the disk has gone")
            : failed;
    if (told.fault() == DeviceFault.NOT_READY && !gone) {
      gone = true;
      log.error("{}: the file or disk has gone: {}", file.name(), told.detail());
    }
    return told;
  }

  private IoResult carryOut(DeviceProfile now, IoRequest request) {
    if (!(request instanceof IoRequest.CopyFrom copy)) {
      return work.carryOut(now, request, RangeIo.NONE);
    }
    if (!(copy.source() instanceof FileDevice source)) {
      return work.carryOut(now, request, RangeIo.NONE);
    }
    InFlight lent = source.enter();
    if (lent == null) {
      return work.failed(
          DeviceFault.NOT_READY,
          copy.offset(),
          source.file.name() + ", its source, is closed",
          null);
    }
    try {
      return Ranges.inside(source.profile, copy.sourceOffset(), copy.length())
          ? work.carryOut(now, request, source.file.ranges())
          : work.failed(
              DeviceFault.OUT_OF_RANGE,
              copy.offset(),
              source.file.name() + ", its source, ends before " + copy.sourceOffset(),
              null);
    } finally {
      lent.leave();
    }
  }

  private void measureWhenDue() {
    if (file.space().due()) {
      boolean _ = threads.offer(this::measure);
    }
  }

  private void measure() {
    InFlight entered = enter();
    if (entered != null) {
      try {
        file.space().measure();
      } finally {
        entered.leave();
      }
    }
  }

  /**
   * Makes a file larger or smaller while I/O goes on, and the profile with it. Blocks; not for
   * completions. A request for what is cut off ends with OUT_OF_RANGE.
   *
   * @param bytes a positive multiple of the block size
   * @return the new profile
   * @throws BackstoreException with a message for the administrator; the profile is as it was, but
   *     for a cut whose sync has failed: the device promises nothing any more then
   */
  public DeviceProfile resize(long bytes, Shrinking shrinking) throws BackstoreException {
    changing.lock();
    try {
      requireResizable(bytes, shrinking);
      if (bytes < profile.size()) {
        long before = profile.size();
        shrinkTo(bytes);
        // Looked at when nobody can write there any more.
        if (shrinking == Shrinking.OF_ZEROS
            && !Zeros.fill(file, bytes, before, profile.blockSize())) {
          growTo(before);
          throw new BackstoreException(
              Reason.BAD_SIZE,
              "%s: cannot be made %d bytes again, because something has been written behind them"
                  .formatted(file.name(), bytes));
        }
        file.ranges().truncate(bytes);
        stable.sync();
      } else if (bytes > profile.size()) {
        boolean sized = file.allocation() == Allocation.FULL && file.ranges().allocate(bytes);
        if (!sized && !file.ranges().truncate(bytes)) {
          throw new BackstoreException(
              Reason.BAD_SIZE,
              file.name()
                  + ": is no file of ours to resize; resize it where it is made, then"
                  + " refresh");
        }
        stable.sync();
        growTo(bytes);
      }
      return profile;
    } catch (IOException e) {
      throw new BackstoreException(
          IoFaults.ofWrite(e) == DeviceFault.NO_SPACE ? Reason.NO_SPACE : Reason.IO_ERROR,
          "%s: cannot be given %d bytes: %s".formatted(file.name(), bytes, IoFaults.words(e)),
          e);
    } finally {
      changing.unlock();
    }
  }

  private void requireResizable(long bytes, Shrinking shrinking)
      throws BackstoreException, IOException {
    requireOpen();
    if (profile.readOnly()) {
      throw new BackstoreException(
          Reason.NO_PERMISSION, file.name() + ": is open for reading only and cannot be resized");
    }
    if (bytes <= 0 || bytes % profile.blockSize() != 0) {
      throw new BackstoreException(
          Reason.BAD_SIZE,
          "%s: %d bytes are asked for; give a positive multiple of the block size %d"
              .formatted(file.name(), bytes, profile.blockSize()));
    }
    requireShrinking(bytes, shrinking);
    long found = file.io().size();
    if (found != profile.size()) {
      throw new BackstoreException(
          Reason.BAD_SIZE,
          "%s: has %d bytes, though %d are served: somebody else has resized it; refresh first"
              .formatted(file.name(), found, profile.size()));
    }
  }

  /**
   * Takes over the size that the file or disk has got from elsewhere. Blocks; not for completions.
   *
   * @return the profile now
   * @throws BackstoreException with a message for the administrator; the profile is as it was
   */
  public DeviceProfile refresh(Shrinking shrinking) throws BackstoreException {
    changing.lock();
    try {
      requireOpen();
      long found = file.io().size();
      long bytes = found - found % profile.blockSize();
      requireShrinking(bytes, shrinking);
      if (bytes == 0) {
        throw new BackstoreException(
            Reason.BAD_SIZE, "%s: has only %d bytes left".formatted(file.name(), found));
      }
      if (bytes < profile.size()) {
        shrinkTo(bytes);
      } else if (bytes > profile.size()) {
        growTo(bytes);
      }
      return profile;
    } catch (IOException e) {
      throw new BackstoreException(
          Reason.IO_ERROR,
          "%s: its size cannot be found out: %s".formatted(file.name(), IoFaults.words(e)),
          e);
    } finally {
      changing.unlock();
    }
  }

  private void requireOpen() throws BackstoreException {
    if (!ready()) {
      throw new BackstoreException(Reason.IO_ERROR, file.name() + ": is closed");
    }
  }

  private void requireShrinking(long bytes, Shrinking shrinking) throws BackstoreException {
    if (bytes < profile.size() && shrinking == Shrinking.REFUSED) {
      throw new BackstoreException(
          Reason.BAD_SIZE,
          ("%s: going from %d bytes to %d would cut data off, which is refused; leave the size as"
                  + " it is, or copy the data to a new disk")
              .formatted(file.name(), profile.size(), bytes));
    }
  }

  private void growTo(long bytes) {
    log.info("{}: grows from {} bytes to {}", file.name(), profile.size(), bytes);
    DeviceProfile larger = profile.withBlocks(bytes / profile.blockSize());
    if (bytes > largest.size()) {
      largest = larger;
    }
    profile = larger;
  }

  /** Afterwards nothing that was begun on the larger device is running. */
  private void shrinkTo(long bytes) {
    log.warn("{}: shrinks from {} bytes to {}", file.name(), profile.size(), bytes);
    profile = profile.withBlocks(bytes / profile.blockSize());
    InFlight before = inFlight;
    inFlight = new InFlight();
    before.closeAndDrain();
  }

  @Override
  public void close() {
    changing.lock();
    try {
      if (!inFlight.closeAndDrain()) {
        return;
      }
      threads.close();
      boolean lost = !profile.readOnly() && !isStableAtTheEnd();
      try {
        file.io().close();
        file.ranges().close();
      } catch (IOException e) {
        log.error("{}: closing failed; what the last sync covered is safe", file.name(), e);
      }
      file.released().run();
      if (lost) {
        throw new IllegalStateException(
            file.name() + ": closed, but writes that were answered may be lost: a sync failed");
      }
    } finally {
      changing.unlock();
    }
  }

  /**
   * Removes a file that was made to be opened here; only while nobody has been shown the device.
   */
  void removeIfMade() {
    made.ifPresent(MadeFile::remove);
  }

  private boolean isStableAtTheEnd() {
    if (stable.failed()) {
      return false; // The log has it already.
    }
    try {
      stable.sync();
      return true;
    } catch (IOException e) {
      IoResult _ = work.synced(0, e);
      return false;
    }
  }
}
