package org.holdfast.backstore;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.holdfast.scsi.SpaceUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How full a store is, asked at most once a second and remembered: whoever wants to know does not
 * wait for a file system. Thread: any; {@link #measure} only where waiting is allowed.
 */
final class SpaceWatch {
  private static final Logger log = LoggerFactory.getLogger(SpaceWatch.class);
  static final long INTERVAL_NANOS = 1_000_000_000L;

  private final RangeIo ranges;
  private final LongSupplier nanoTime;

  /** When a measurement was last due, in the time of {@link #nanoTime}. */
  private final AtomicLong begun;

  private volatile SpaceUsage latest = SpaceUsage.UNKNOWN;

  /**
   * Knows nothing until {@link #measure} has been called.
   *
   * @param nanoTime a clock like {@link System#nanoTime()}
   */
  SpaceWatch(RangeIo ranges, LongSupplier nanoTime) {
    this.ranges = ranges;
    this.nanoTime = nanoTime;
    this.begun = new AtomicLong(nanoTime.getAsLong());
  }

  SpaceUsage latest() {
    return latest;
  }

  /** True for one caller a second, who is to see that {@link #measure} is called. */
  boolean due() {
    long before = begun.get();
    long now = nanoTime.getAsLong();
    return !ranges.equals(RangeIo.NONE)
        && now - before >= INTERVAL_NANOS
        && begun.compareAndSet(before, now);
  }

  /** Asks the store. Only while it is open. */
  void measure() {
    try {
      latest = ranges.space();
    } catch (IOException e) {
      latest = SpaceUsage.UNKNOWN;
      log.warn("how full the store is cannot be found out: {}", IoFaults.words(e));
    }
  }
}
