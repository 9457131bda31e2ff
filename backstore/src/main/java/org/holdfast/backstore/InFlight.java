package org.holdfast.backstore;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts what runs on a device and closes the door. After {@link #closeAndDrain()} nothing runs and
 * nothing will.
 */
final class InFlight {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int running;

  /** Written under {@link #lock}. */
  private volatile boolean closed;

  /** False when the device is closed: nothing was counted. */
  boolean enter() {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      running++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends what a successful {@link #enter()} began. */
  void leave() {
    lock.lock();
    try {
      running--;
      if (running == 0) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean open() {
    return !closed;
  }

  /** Waits until nothing runs. True for the one caller that closed it. */
  boolean closeAndDrain() {
    lock.lock();
    try {
      boolean first = !closed;
      closed = true;
      while (running > 0) {
        idle.awaitUninterruptibly();
      }
      return first;
    } finally {
      lock.unlock();
    }
  }
}
