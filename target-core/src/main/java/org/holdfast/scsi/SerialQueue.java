package org.holdfast.scsi;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs jobs one after another, also when a job ends later than it returns. No thread of its own: a
 * job runs on the thread that submits it, or on the one that ended the job before it.
 *
 * <p>A job that ends before it returns is followed in a loop, not by recursion, so a long queue
 * does not grow the stack. Thread: any.
 */
final class SerialQueue {
  /** One piece of work. */
  @FunctionalInterface
  interface Job {
    /** Calls {@code done} exactly once, now or later, on any thread. */
    void run(Runnable done);
  }

  private final ArrayDeque<Job> waiting = new ArrayDeque<>();
  private boolean busy;

  void submit(Job job) {
    synchronized (waiting) {
      waiting.add(job);
      if (busy) {
        return;
      }
      busy = true;
    }
    loop();
  }

  private void loop() {
    while (true) {
      Job job;
      synchronized (waiting) {
        job = waiting.poll();
        if (job == null) {
          busy = false;
          return;
        }
      }
      // Whichever comes second, the job's return or its end, goes on with the next job.
      AtomicBoolean first = new AtomicBoolean(true);
      job.run(
          () -> {
            if (!first.compareAndSet(true, false)) {
              loop();
            }
          });
      if (first.compareAndSet(true, false)) {
        return;
      }
    }
  }
}
