package org.holdfast.scsi;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs one after another, also when a job ends later than it returns. No thread of its own: a
 * job runs on the thread that submits it, or on the one that ended the job before it.
 *
 * <p>A job that ends before it returns is followed in a loop, not by recursion, so a long queue
 * does not grow the stack. A job that throws has had its turn: the thread it runs on belongs to
 * somebody else, so the exception is logged and the next job goes on. Thread: any.
 */
final class SerialQueue {
  private static final Logger log = LoggerFactory.getLogger(SerialQueue.class);

  /** One piece of work. */
  @FunctionalInterface
  interface Job {
    /** Calls {@code done} once, now or later, on any thread; further calls are ignored. */
    void run(Runnable done);
  }

  private enum Stage {
    RUNNING,
    /** Done was called; {@link Job#run} has yet to return. */
    ENDED,
    /** {@link Job#run} has returned; done has yet to be called. */
    RETURNED,
    OVER
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
      if (!isOverAfter(job)) {
        return;
      }
    }
  }

  /**
   * Runs {@code job}. Whichever comes second, its return or its end, goes on with the next job.
   *
   * @return whether it has ended; if not, its end goes on
   */
  private boolean isOverAfter(Job job) {
    AtomicReference<Stage> stage = new AtomicReference<>(Stage.RUNNING);
    try {
      job.run(
          () -> {
            if (!stage.compareAndSet(Stage.RUNNING, Stage.ENDED)
                && stage.compareAndSet(Stage.RETURNED, Stage.OVER)) {
              loop();
            }
          });
    } catch (RuntimeException e) {
      log.error("a job failed; the next one is not kept waiting for it", e);
      stage.set(Stage.OVER);
      return true;
    }
    return !stage.compareAndSet(Stage.RUNNING, Stage.RETURNED);
  }
}
