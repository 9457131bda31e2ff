package org.holdfast.shell;

import java.time.Duration;

/** Time as the shell uses it: to measure rates and to wait between two looks. */
interface Pace {
  /** Nanoseconds from an arbitrary origin. */
  long nanos();

  /** Waits; false: the user wants it to end. */
  boolean pause(Duration duration);

  /** The process's time; it ends with the process. */
  Pace SYSTEM =
      new Pace() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public boolean pause(Duration duration) {
          try {
            Thread.sleep(duration);
            return true;
          } catch (InterruptedException _) {
            return false;
          }
        }
      };
}
