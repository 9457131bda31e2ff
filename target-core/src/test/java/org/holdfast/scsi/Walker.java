package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A thread that goes on step by step, when the test says so. */
final class Walker extends Thread {
  private final Semaphore go = new Semaphore(0);
  private final Semaphore still = new Semaphore(0);
  private final Runnable work;
  private volatile boolean over;

  Walker(String name, Runnable work) {
    super(name);
    this.work = work;
    setDaemon(true);
  }

  @Override
  public void run() {
    go.acquireUninterruptibly();
    try {
      work.run();
    } finally {
      over = true;
      still.release();
    }
  }

  /** Ends the step of the walker named {@code name}, when it is the one that comes along here. */
  static void stopHere(String name) {
    if (Thread.currentThread() instanceof Walker walker && walker.getName().equals(name)) {
      walker.still.release();
      walker.go.acquireUninterruptibly();
    }
  }

  /** Lets it go on to its next stop, or to its end; without effect when it has ended. */
  void step() {
    if (getState() == State.NEW) {
      start();
    }
    if (over) {
      return;
    }
    go.release();
    try {
      assertThat(still.tryAcquire(30, TimeUnit.SECONDS)).as("%s comes to rest", getName()).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts this thread", e);
    }
  }
}
