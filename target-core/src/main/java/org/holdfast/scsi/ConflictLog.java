package org.holdfast.scsi;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.holdfast.pr.ReservationClass;
import org.holdfast.pr.ReservationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Explains RESERVATION CONFLICT in the log: who held what, which rule, what was missing. One line a
 * second per logical unit at the most; the next one says how many were left out.
 *
 * <p>Thread: any.
 */
final class ConflictLog {
  private static final Logger log = LoggerFactory.getLogger(ConflictLog.class);
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

  private final String unit;
  private final LongSupplier clock;
  private final AtomicLong next;
  private final AtomicLong leftOut = new AtomicLong();

  /**
   * @param unit for the line
   * @param clock nanoseconds of any origin, such as {@link System#nanoTime}
   */
  ConflictLog(String unit, LongSupplier clock) {
    this.unit = unit;
    this.clock = clock;
    this.next = new AtomicLong(clock.getAsLong());
  }

  /** A command did not pass the reservation. */
  void refused(ScsiTask task, ReservationState state, ReservationClass command) {
    long due = next.get();
    long now = clock.getAsLong();
    if (now - due < 0 || !next.compareAndSet(due, now + INTERVAL)) {
      leftOut.incrementAndGet();
      return;
    }
    CommandSpec spec = task.spec();
    String name = spec == null ? "command" : spec.name();
    state
        .explain(task.nexus().identity(), command)
        .ifPresent(
            why ->
                log.info(
                    "{}: RESERVATION CONFLICT for {} of {}: {}{}",
                    unit,
                    name,
                    task.nexus().address(),
                    why.sentence(),
                    also()));
  }

  private String also() {
    long others = leftOut.getAndSet(0);
    return others == 0 ? "" : " (and " + others + " more conflicts since the last such line)";
  }
}
