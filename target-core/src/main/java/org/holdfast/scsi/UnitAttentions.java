package org.holdfast.scsi;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Unit attention conditions pending for one I_T_L nexus (SAM-5 clause 5.14), oldest first.
 *
 * <p>A condition that is pending already is not added again; a reset clears what was pending before
 * it (SAM-5 clause 5.14: the conditions that a reset makes stale need not be reported). The number
 * is bounded by the number of conditions there are.
 *
 * <p>Thread: any. {@link #pending()} is one volatile read, so that the common case costs nothing.
 */
final class UnitAttentions {
  private static final Set<SenseCode> RESETS =
      EnumSet.of(
          SenseCode.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED,
          SenseCode.BUS_DEVICE_RESET_FUNCTION_OCCURRED,
          SenseCode.I_T_NEXUS_LOSS_OCCURRED);

  private final LinkedHashSet<SenseCode> queue = new LinkedHashSet<>();
  private volatile boolean pending;

  synchronized void post(SenseCode condition) {
    if (RESETS.contains(condition)) {
      queue.clear();
    }
    queue.add(condition);
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
