package org.holdfast.backstore;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes completed writes stable: one call of the operating system serves everybody who asked before
 * it began (group commit).
 *
 * <p>Calls are one at a time on purpose. Linux reports a lost page to one fsync per open file; were
 * two running, one could fail and the other, whose data is gone, succeed. For the same reason a
 * failure is final: the kernel has marked the lost pages clean, so a second fsync would succeed
 * without having written them. Only opening the device again, after a look at the disk, clears it.
 */
final class StableStorage {
  private final FileIo io;
  private final ReentrantLock turn = new ReentrantLock();
  private final AtomicLong asked = new AtomicLong();

  /** Everybody up to this number is served. Guarded by {@link #turn}. */
  private long served;

  /** Set once, under {@link #turn}. */
  private volatile @Nullable IOException failure;

  StableStorage(FileIo io) {
    this.io = io;
  }

  /**
   * Returns when every write that had returned before this call is stable.
   *
   * @throws LostWritesException when an earlier call failed
   * @throws IOException this call is the one that failed
   */
  void sync() throws IOException {
    long mine = asked.incrementAndGet();
    turn.lock();
    try {
      IOException earlier = failure;
      if (earlier != null) {
        throw new LostWritesException(earlier);
      }
      if (served >= mine) {
        return;
      }
      long upTo = asked.get();
      try {
        io.force();
      } catch (IOException e) {
        failure = e;
        throw e;
      }
      served = upTo;
    } finally {
      turn.unlock();
    }
  }

  /** How many have asked so far. */
  long asked() {
    return asked.get();
  }

  /** True once a sync has failed. */
  boolean failed() {
    return failure != null;
  }

  /** Nothing on this device can be promised to be stable any more. */
  static final class LostWritesException extends IOException {
    private static final long serialVersionUID = 1L;

    LostWritesException(IOException cause) {
      super(
          "an earlier fsync failed (%s): writes may be lost and none can be made stable until the"
                  .formatted(IoFaults.words(cause))
              + " device is opened again; check the disk first",
          cause);
    }
  }
}
