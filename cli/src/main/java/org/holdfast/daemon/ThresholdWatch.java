package org.holdfast.daemon;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.holdfast.scsi.LogicalUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks now and then how much space the thin disks with a soft threshold have left. One thread. */
final class ThresholdWatch {
  private static final Logger log = LoggerFactory.getLogger(ThresholdWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private ThresholdWatch() {}

  /**
   * Begins to watch.
   *
   * @param units those that are served now
   * @param resources gets the thread
   */
  static void start(Supplier<Collection<LogicalUnit>> units, Resources resources) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("soft-thresholds").factory());
    ScheduledFuture<?> watching =
        timer.scheduleAtFixedRate(
            () -> units.get().forEach(ThresholdWatch::check),
            INTERVAL.toMillis(),
            INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
    resources.add(
        () -> {
          watching.cancel(/* mayInterruptIfRunning= */ false);
          timer.close();
        });
  }

  /** A timer drops a job that throws, and with it the disks that come after. */
  private static void check(LogicalUnit unit) {
    try {
      if (unit.options().softThreshold() > 0) {
        unit.checkSpace();
      }
    } catch (RuntimeException e) {
      log.error("the space of naa.{} could not be looked at", unit.identity().naa(), e);
    }
  }
}
