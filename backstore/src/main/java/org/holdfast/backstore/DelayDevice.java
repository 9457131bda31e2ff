package org.holdfast.backstore;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.IoCompletion;
import org.holdfast.scsi.IoRequest;

/**
 * A slow device: each request waits before it reaches the inner one. Thread: {@link #submit} from
 * any; delayed requests go on from the timer's thread.
 */
public final class DelayDevice extends WrapperDevice {
  /** Where time comes from; a test puts its own clock in. */
  @FunctionalInterface
  public interface Timer {
    /** Runs {@code work} once, {@code delay} from now. */
    void after(Duration delay, Runnable work);
  }

  private final Function<IoRequest, Duration> delay;
  private final Timer timer;
  private final InFlight waiting = new InFlight();
  private final AtomicLong delayed = new AtomicLong();

  /**
   * Owns {@code inner} from here on.
   *
   * @param delay how long a request waits; zero lets it pass at once
   * @param timer must run everything it was given, or {@link #close} waits for ever
   */
  public DelayDevice(BlockDevice inner, Function<IoRequest, Duration> delay, Timer timer) {
    super(inner);
    this.delay = delay;
    this.timer = timer;
  }

  /** How many requests have been delayed so far. */
  public long delayed() {
    return delayed.get();
  }

  @Override
  public void submit(IoRequest request, IoCompletion completion) {
    // Here and not later: the caller is to be told of its error, not the thread that goes on.
    Ranges.require(profile(), request);
    Duration wait = delay.apply(request);
    // After close the inner device answers: it knows the right words.
    if (!wait.isPositive() || !waiting.enter()) {
      inner.submit(request, completion);
      return;
    }
    delayed.incrementAndGet();
    timer.after(
        wait,
        () -> {
          // The inner device counts it from here on.
          inner.submit(request, completion);
          waiting.leave();
        });
  }

  /** Waits for the delayed requests. */
  @Override
  public void close() {
    waiting.closeAndDrain();
    inner.close();
  }
}
