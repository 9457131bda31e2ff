package org.holdfast.scsi.copy;

import java.util.concurrent.atomic.AtomicInteger;

/** How many copy operations one unit has running. Thread: any. */
final class CopySlots {
  private final AtomicInteger taken = new AtomicInteger();

  /** False when all are taken. */
  boolean take() {
    if (taken.incrementAndGet() > CopyLimits.CONCURRENT) {
      taken.decrementAndGet();
      return false;
    }
    return true;
  }

  void giveBack() {
    taken.decrementAndGet();
  }
}
