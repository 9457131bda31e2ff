package org.holdfast.backstore;

import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoCompletion;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.SpaceUsage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device that may be missing, vanish and come back. While it is away every request fails with
 * NOT_READY; {@link #reopen}, called now and then, looks whether it is there again.
 *
 * <p>What was answered GOOD and not yet stable when it vanished may be lost. Whoever owns this must
 * tell the hosts that the medium may have changed when {@link #reopen} announces that it is back.
 *
 * <p>Thread: any; {@link #reopen} and {@link #close} may block.
 */
public final class ReopeningDevice implements BlockDevice {
  private static final Logger log = LoggerFactory.getLogger(ReopeningDevice.class);

  /** How the device is opened, each time. */
  @FunctionalInterface
  public interface Opener {
    /** Blocks. */
    BlockDevice open() throws BackstoreException;
  }

  /** How large a device is that has come back. */
  public enum Capacity {
    /** As it was when it went, or nobody knows what it was. */
    AS_KNOWN,
    /** It has another number of blocks, or blocks of another size. */
    CHANGED
  }

  private final String name;

  /** Guarded by {@link #changing}. */
  private Opener opener;

  /** Held by whoever reopens or closes. */
  private final ReentrantLock changing = new ReentrantLock();

  /** Written under {@link #changing}. */
  private volatile BlockDevice current;

  /** What it was when it went; null when it has not been there. Guarded by {@link #changing}. */
  private @Nullable DeviceProfile known;

  /** Guarded by {@link #changing}. */
  private boolean closed;

  /** Why it could not be opened last. Written under {@link #changing}. */
  private volatile String said;

  /**
   * Owns {@code first} from here on.
   *
   * @param name for the log
   * @param first what is there now, perhaps an {@link AbsentDevice}
   * @param why when {@code first} is one: the reason, which the log has already; else empty
   */
  public ReopeningDevice(String name, BlockDevice first, String why, Opener opener) {
    this.name = name;
    this.current = first;
    this.said = why;
    this.opener = opener;
  }

  @Override
  public DeviceProfile profile() {
    return current.profile();
  }

  @Override
  public boolean ready() {
    return current.ready();
  }

  /** Why it is not ready, for the administrator; empty when it is, or nobody has looked yet. */
  public String reason() {
    return ready() ? "" : said;
  }

  @Override
  public SpaceUsage space() {
    return current.space();
  }

  @Override
  public int atomicWriteLimit() {
    return current.atomicWriteLimit();
  }

  @Override
  public void submit(IoRequest request, IoCompletion completion) {
    current.submit(unwrapped(request), completion);
  }

  /** Devices know each other's kind, not this one. */
  private static IoRequest unwrapped(IoRequest request) {
    return request instanceof IoRequest.CopyFrom copy
            && copy.source() instanceof ReopeningDevice other
        ? new IoRequest.CopyFrom(other.current, copy.sourceOffset(), copy.offset(), copy.length())
        : request;
  }

  /**
   * Opens the device again if it is not ready. Waits for what still runs on the one that has gone.
   *
   * @param announce is told before the first request is served, so that no host goes on unaware
   * @return true when it was not ready, and is now
   */
  public boolean reopen(Consumer<Capacity> announce) {
    if (ready()) {
      return false;
    }
    changing.lock();
    try {
      return !closed && !ready() && opened(announce);
    } finally {
      changing.unlock();
    }
  }

  private boolean opened(Consumer<Capacity> announce) {
    BlockDevice gone = current;
    if (!(gone instanceof AbsentDevice)) {
      log.error("{} has gone; it answers NOT READY until it is back", name);
      known = gone.profile();
      current = new AbsentDevice(gone.profile(), name + " has gone");
      close(gone);
    }
    try {
      BlockDevice back = opener.open();
      log.warn("{} is there and is served again: {} bytes", name, back.profile().size());
      announce.accept(capacity(back.profile()));
      current = back;
      said = "";
      return true;
    } catch (BackstoreException e) {
      String why = Objects.requireNonNullElse(e.getMessage(), e.toString());
      if (!why.equals(said)) {
        log.error("{} answers NOT READY until this is put right: {}", name, why);
        said = why;
      }
      return false;
    }
  }

  /** What was not stable when it vanished may be lost; whoever comes back is told of the medium. */
  private void close(BlockDevice gone) {
    try {
      gone.close();
    } catch (IllegalStateException e) {
      log.error("{} has gone before everything was stable", name, e);
    }
  }

  /** How the device is opened when it comes back. */
  public void openBy(Opener next) {
    changing.lock();
    try {
      opener = next;
    } finally {
      changing.unlock();
    }
  }

  /**
   * Makes a file larger or smaller while I/O goes on. Blocks; not for completions.
   *
   * @param bytes a positive multiple of the block size
   * @param afterwards how it is opened from now on
   * @throws BackstoreException with a message for the administrator; nothing has changed
   */
  public void resize(long bytes, FileDevice.Shrinking shrinking, Opener afterwards)
      throws BackstoreException {
    changing.lock();
    try {
      if (!(current instanceof FileDevice file)) {
        throw new BackstoreException(
            BackstoreException.Reason.IO_ERROR, name + " is not there and cannot be resized");
      }
      var _ = file.resize(bytes, shrinking);
      opener = afterwards;
    } finally {
      changing.unlock();
    }
  }

  private Capacity capacity(DeviceProfile now) {
    DeviceProfile before = known;
    return before == null
            || (before.blocks() == now.blocks() && before.blockSize() == now.blockSize())
        ? Capacity.AS_KNOWN
        : Capacity.CHANGED;
  }

  @Override
  public void close() {
    changing.lock();
    try {
      closed = true;
      current.close();
    } finally {
      changing.unlock();
    }
  }

  /**
   * Removes a file that was made to be opened here; only while nobody has been shown the device.
   */
  public void removeIfMade() {
    changing.lock();
    try {
      if (current instanceof FileDevice file) {
        file.removeIfMade();
      }
    } finally {
      changing.unlock();
    }
  }
}
