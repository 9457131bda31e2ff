package org.holdfast.vms.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A pause between two looks at something that nobody announces. */
final class Waiting {
  private Waiting() {}

  static void forMillis(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
