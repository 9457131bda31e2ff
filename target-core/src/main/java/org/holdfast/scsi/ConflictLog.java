package org.holdfast.scsi;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.holdfast.pr.ConflictExplanation;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.PrCommand;
import org.holdfast.pr.ReservationClass;
import org.holdfast.pr.ReservationState;
import org.jspecify.annotations.Nullable;
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
    say(
        task,
        () ->
            state
                .explain(task.nexus().identity(), command)
                .map(ConflictExplanation::sentence)
                .orElse("the reservation has changed since"));
  }

  /**
   * PERSISTENT RESERVE OUT, or RESERVE or RELEASE of SPC-2, was refused by the rules of
   * reservations.
   *
   * @param command null for RESERVE and RELEASE
   */
  void refusedByTable(ScsiTask task, ReservationState state, @Nullable PrCommand command) {
    say(task, () -> why(task.nexus().identity(), state, command));
  }

  private static String why(Nexus sender, ReservationState state, @Nullable PrCommand command) {
    Nexus legacy = state.legacyHolder();
    if (legacy != null) {
      return "RESERVE (SPC-2) of " + legacy.describe() + " is in effect";
    }
    if (command == null) {
      return "there are registrations, and no reservation favours " + sender.describe();
    }
    Long key = state.registrations().get(sender);
    if (key == null) {
      return sender.describe() + " is not registered";
    }
    return key == command.reservationKey()
        ? "the reservation, %s, does not allow it".formatted(state.reservation())
        : "%s sent key 0x%016x and is registered with 0x%016x"
            .formatted(sender.describe(), command.reservationKey(), key);
  }

  private void say(ScsiTask task, Supplier<String> why) {
    long due = next.get();
    long now = clock.getAsLong();
    if (now - due < 0 || !next.compareAndSet(due, now + INTERVAL)) {
      leftOut.incrementAndGet();
      return;
    }
    CommandSpec spec = task.spec();
    log.info(
        "{}: RESERVATION CONFLICT for {} of {}: {}{}",
        unit,
        spec == null ? "command" : spec.name(),
        task.nexus().address(),
        why.get(),
        also());
  }

  private String also() {
    long others = leftOut.getAndSet(0);
    return others == 0 ? "" : " (and " + others + " more conflicts since the last such line)";
  }
}
