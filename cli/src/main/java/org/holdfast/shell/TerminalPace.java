package org.holdfast.shell;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Waiting that Ctrl-C ends. Thread: the shell's waits, any other interrupts. */
final class TerminalPace implements Pace {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean interrupted;

  /** Ends the wait of now, or the next one. */
  void interrupt() {
    lock.lock();
    try {
      interrupted = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets an interrupt: a new command begins. */
  void begin() {
    lock.lock();
    try {
      interrupted = false;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the command of now was interrupted. */
  boolean isInterrupted() {
    lock.lock();
    try {
      return interrupted;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public boolean pause(Duration duration) {
    long left = duration.toNanos();
    lock.lock();
    try {
      while (!interrupted && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !interrupted;
    } catch (InterruptedException _) {
      return false;
    } finally {
      lock.unlock();
    }
  }
}
