package org.holdfast.scsi;

import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Unit attention conditions pending for one I_T_L nexus (SAM-5 clause 5.14), oldest first.
 *
 * <p>A condition that is pending already is not added again. Of the resets the severest counts: it
 * tells all that a lesser one would, so a lesser one neither joins nor outlives it, and what was
 * pending before a reset is stale (SAM-5, precedence of reset conditions). What comes after a reset
 * is told after it. The number is bounded by the number of conditions there are.
 *
 * <p>Thread: any. {@link #pending()} is one volatile read, so that the common case costs nothing.
 */
final class UnitAttentions {
  /** The severest first. */
  private static final List<SenseCode> RESETS =
      List.of(
          SenseCode.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED,
          SenseCode.BUS_DEVICE_RESET_FUNCTION_OCCURRED,
          SenseCode.I_T_NEXUS_LOSS_OCCURRED);

  private final LinkedHashSet<SenseCode> queue = new LinkedHashSet<>();
  private volatile boolean pending;

  synchronized void post(SenseCode condition) {
    int severity = RESETS.indexOf(condition);
    if (severity >= 0) {
      SenseCode severest = condition;
      for (SenseCode severer : RESETS.subList(0, severity)) {
        if (queue.contains(severer)) {
          severest = severer;
          break;
        }
      }
      queue.clear();
      queue.add(severest);
    } else {
      queue.add(condition);
    }
    pending = true;
  }

  boolean pending() {
    return pending;
  }

  /** Removes and returns the oldest condition, or null when there is none. */
  synchronized @Nullable SenseCode take() {
    SenseCode first = queue.isEmpty() ? null : queue.removeFirst();
    pending = !queue.isEmpty();
    return first;
  }

  /** {@code condition} is not pending any longer. */
  synchronized void forget(SenseCode condition) {
    queue.remove(condition);
    pending = !queue.isEmpty();
  }
}
