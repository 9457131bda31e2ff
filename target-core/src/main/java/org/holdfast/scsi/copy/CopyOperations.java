package org.holdfast.scsi.copy;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The copy operations of one I_T_L nexus by list identifier, running ones and those whose results
 * are held. Bounded in number and in time.
 *
 * <p>Thread: any.
 */
final class CopyOperations {
  /**
   * A name for an operation.
   *
   * @param wide a four-byte LIST IDENTIFIER (LID4), not one of a single byte (LID1)
   */
  record Key(boolean wide, long listIdentifier) {}

  private final LongSupplier nanoTime;

  /** Oldest first. */
  private final Map<Key, CopyOperation> operations = new LinkedHashMap<>();

  CopyOperations(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Enters {@code operation}, which takes the place of an earlier one with the same identifier.
   *
   * @return false when that one is still running, or when too many are
   */
  synchronized boolean begin(Key key, CopyOperation operation) {
    forget();
    CopyOperation earlier = operations.get(key);
    if (earlier != null && earlier.snapshot().status().inProgress()) {
      return false;
    }
    operations.remove(key);
    if (operations.size() >= CopyLimits.HELD && !dropOldest()) {
      return false;
    }
    operations.put(key, operation);
    return true;
  }

  /** The operation with this name, or null when there is none or its time is over. */
  synchronized @Nullable CopyOperation find(Key key) {
    forget();
    return operations.get(key);
  }

  private boolean dropOldest() {
    for (Iterator<CopyOperation> each = operations.values().iterator(); each.hasNext(); ) {
      if (!each.next().snapshot().status().inProgress()) {
        each.remove();
        return true;
      }
    }
    return false;
  }

  private void forget() {
    long now = nanoTime.getAsLong();
    long held = TimeUnit.SECONDS.toNanos(CopyLimits.HELD_SECONDS);
    operations
        .values()
        .removeIf(each -> !each.snapshot().status().inProgress() && now - each.endedAt() > held);
  }
}
