package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SerialQueueTest {
  private final SerialQueue queue = new SerialQueue();

  @Test
  void aJobThatEndsLaterHoldsUpTheNext() {
    List<String> seen = new ArrayList<>();
    List<Runnable> open = new ArrayList<>();
    queue.submit(
        done -> {
          seen.add("first");
          open.add(done);
        });
    queue.submit(
        done -> {
          seen.add("second");
          done.run();
        });
    assertThat(seen).containsExactly("first");
    open.getFirst().run();
    assertThat(seen).containsExactly("first", "second");
  }

  @Test
  void aLongQueueDoesNotGrowTheStack() {
    List<Runnable> open = new ArrayList<>();
    AtomicInteger ran = new AtomicInteger();
    queue.submit(open::add);
    for (int i = 0; i < 200_000; i++) {
      queue.submit(
          done -> {
            ran.incrementAndGet();
            done.run();
          });
    }
    open.getFirst().run();
    assertThat(ran).hasValue(200_000);
  }

  @Test
  void jobsOfManyThreadsNeverOverlap() throws InterruptedException {
    int threads = 4;
    int each = 20_000;
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(threads * each);
    for (int t = 0; t < threads; t++) {
      Thread.ofPlatform()
          .start(
              () -> {
                for (int i = 0; i < each; i++) {
                  queue.submit(
                      done -> {
                        if (inside.incrementAndGet() != 1) {
                          overlaps.incrementAndGet();
                        }
                        inside.decrementAndGet();
                        done.run();
                        all.countDown();
                      });
                }
              });
    }
    all.await();
    assertThat(overlaps).hasValue(0);
  }

  /** Broken: with the exception let through, the queue stays busy and the last job never runs. */
  @Test
  void aJobThatThrowsKeepsNobodyWaiting() {
    List<String> seen = new ArrayList<>();
    queue.submit(
        done -> {
          queue.submit(
              next -> {
                seen.add("behind");
                next.run();
              });
          throw new IllegalStateException("before its end");
        });
    queue.submit(
        done -> {
          done.run();
          throw new IllegalStateException("behind its end");
        });
    queue.submit(
        done -> {
          seen.add("last");
          done.run();
        });
    assertThat(seen).containsExactly("behind", "last");
  }

  /** Broken: with a second call taken for the end of another job, two jobs overlap. */
  @Test
  void anEndThatIsToldTwiceCountsOnce() {
    List<String> seen = new ArrayList<>();
    List<Runnable> open = new ArrayList<>();
    queue.submit(
        done -> {
          open.add(done);
          done.run();
        });
    queue.submit(open::add);
    queue.submit(
        done -> {
          seen.add("third");
          done.run();
        });
    open.getFirst().run();
    assertThat(seen).as("while the second job runs").isEmpty();
    open.get(1).run();
    open.get(1).run();
    assertThat(seen).containsExactly("third");
  }

  @Test
  void aJobSubmittedByAJobRunsAfterIt() {
    List<String> seen = new ArrayList<>();
    queue.submit(
        done -> {
          queue.submit(
              inner -> {
                seen.add("inner");
                inner.run();
              });
          seen.add("outer");
          done.run();
          seen.add("outer returns");
        });
    assertThat(seen).containsExactly("outer", "outer returns", "inner");
  }
}
