package org.holdfast.backstore;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.holdfast.backstore.FaultDevice.Operation;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.IoCompletion;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;

/**
 * Remembers the last requests of a device: what, where, how long, how it ended. Shows what a host
 * does with its disk, and which requests a slow disk is slow with. Thread: any.
 */
public final class IoLogDevice extends WrapperDevice {
  /**
   * A request that has ended.
   *
   * @param sequence place in the order of endings, from 0, also counting what is forgotten
   * @param lba first logical block; 0 for a flush
   * @param blocks logical blocks; 0 for a flush
   * @param latency from submission to completion
   * @param fault how it failed; empty: it did not
   */
  public record Entry(
      long sequence,
      Operation operation,
      long lba,
      long blocks,
      Duration latency,
      Optional<DeviceFault> fault) {}

  private final int capacity;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by {@link #lock}; oldest first, never more than {@link #capacity}. */
  private final Deque<Entry> entries;

  /** Guarded by {@link #lock}. */
  private long ended;

  /**
   * Owns {@code inner} from here on.
   *
   * @param capacity how many requests are remembered, at least 1
   * @param nanoTime a clock like {@link System#nanoTime()}
   */
  public IoLogDevice(BlockDevice inner, int capacity, LongSupplier nanoTime) {
    super(inner);
    if (capacity < 1) {
      throw new IllegalArgumentException("a log of " + capacity + " entries");
    }
    this.capacity = capacity;
    this.nanoTime = nanoTime;
    this.entries = new ArrayDeque<>(capacity);
  }

  /** What has ended, oldest first. */
  public List<Entry> entries() {
    lock.lock();
    try {
      return List.copyOf(entries);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void submit(IoRequest request, IoCompletion completion) {
    // Now: reading and writing move the positions of the buffers that say how long it is.
    long offset = Ranges.offset(request);
    long length = Ranges.length(request);
    long begun = nanoTime.getAsLong();
    inner.submit(
        request,
        result -> {
          note(Operation.of(request), offset, length, nanoTime.getAsLong() - begun, result);
          completion.done(result);
        });
  }

  private void note(Operation operation, long offset, long length, long nanos, IoResult result) {
    int blockSize = profile().blockSize();
    Optional<DeviceFault> fault =
        result instanceof IoResult.Failed failed ? Optional.of(failed.fault()) : Optional.empty();
    lock.lock();
    try {
      if (entries.size() == capacity) {
        entries.removeFirst();
      }
      entries.addLast(
          new Entry(
              ended++,
              operation,
              offset / blockSize,
              length / blockSize,
              Duration.ofNanos(nanos),
              fault));
    } finally {
      lock.unlock();
    }
  }
}
