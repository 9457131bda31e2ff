package org.holdfast.vms;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Does something once, at a random moment after the work that it is to hit has begun. */
final class RandomMoment {
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  /** What is done. */
  @FunctionalInterface
  interface Deed {
    void run() throws IOException, InterruptedException;
  }

  /**
   * Waits for {@link #begin}.
   *
   * @param latestMillis after it, exclusive
   */
  RandomMoment(Random random, int latestMillis, Deed deed) {
    long micros = random.nextInt(latestMillis * 1000);
    Thread.ofPlatform().name("random moment").start(() -> carryOut(micros, deed));
  }

  private void carryOut(long micros, Deed deed) {
    try {
      begun.await();
      TimeUnit.MICROSECONDS.sleep(micros); // the random moment
      deed.run();
      done.complete(null);
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      done.completeExceptionally(e);
    }
  }

  /** The work has begun; further calls do nothing. */
  void begin() {
    begun.countDown();
  }

  /** Waits until it is done; what kept it from being done is the cause of what is thrown. */
  void join() throws InterruptedException, ExecutionException {
    done.get();
  }
}
