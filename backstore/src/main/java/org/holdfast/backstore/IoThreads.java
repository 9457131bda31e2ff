package org.holdfast.backstore;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The bounded platform threads of one device. Virtual threads would gain nothing: file I/O pins its
 * carrier. A thread ends after a minute without work.
 */
final class IoThreads {
  private static final int IDLE_SECONDS = 60;

  private final ThreadPoolExecutor pool;

  /**
   * @param name of the device, for thread names
   * @param threads at most so many at once
   * @param queueDepth at most so many requests waiting for them
   */
  IoThreads(String name, int threads, int queueDepth) {
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queueDepth),
            Thread.ofPlatform().name("io-" + name + "-", 0).daemon(true).factory());
    pool.allowCoreThreadTimeOut(true);
  }

  /** False when the queue is full: {@code work} will not run. */
  boolean offer(Runnable work) {
    try {
      pool.execute(work);
      return true;
    } catch (RejectedExecutionException full) {
      return false;
    }
  }

  /** Lets the threads end once their queue is empty. Does not disturb one that is working. */
  void close() {
    pool.shutdown();
  }
}
