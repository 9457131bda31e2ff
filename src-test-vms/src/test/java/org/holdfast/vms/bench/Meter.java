package org.holdfast.vms.bench;

import java.io.IOException;
import java.time.Duration;
import org.holdfast.vms.bench.load.LoadGenerator;
import org.holdfast.vms.bench.load.Shape;

/** Takes samples of a load and of the target under it. Thread: the benchmark's. */
final class Meter {
  private static final double NANOS = 1e9;
  private static final double MICROS = 1e6;
  private static final int AGAIN = 3;

  private final long ticksPerSecond = Proc.ticksPerSecond();

  Meter() throws IOException {}

  /**
   * Runs a load, and counts after a while. What others have disturbed is thrown away and taken
   * again, a few times at most; then the last one stands.
   *
   * @param target its process
   * @param settle before anything counts
   * @throws IOException also when no I/O completed
   */
  Sample take(LoadGenerator generator, long target, Duration settle, Duration measure, Shape shape)
      throws IOException {
    return undisturbed(before -> once(generator, target, settle, measure, shape, before));
  }

  /** One measurement, told how many before it were thrown away. */
  interface Attempt {
    Sample take(int thrownAway) throws IOException;
  }

  static Sample undisturbed(Attempt attempt) throws IOException {
    Sample sample = attempt.take(0);
    for (int again = 1; again <= AGAIN && sample.isDisturbed(); again++) {
      sample = attempt.take(again);
    }
    return sample;
  }

  private Sample once(
      LoadGenerator generator,
      long target,
      Duration settle,
      Duration measure,
      Shape shape,
      int thrownAway)
      throws IOException {
    generator.warm(settle);
    long busy = Proc.busyTicks();
    long cpu = Proc.cpuTicks(target);
    LoadGenerator.Measured measured = generator.measure(measure);
    double targetSeconds = (double) (Proc.cpuTicks(target) - cpu) / ticksPerSecond;
    double busySeconds = (double) (Proc.busyTicks() - busy) / ticksPerSecond;
    double seconds = measured.nanos() / NANOS;
    double ownSeconds = measured.ownCpuNanos() / NANOS;
    long done = measured.latencies().total();
    if (done == 0) {
      throw new IOException("no I/O completed");
    }
    return new Sample(
        done / seconds,
        done / seconds * shape.ioBytes(),
        measured.latencies().percentile(0.5) / 1e3,
        measured.latencies().percentile(0.99) / 1e3,
        targetSeconds * MICROS / done,
        ownSeconds / seconds,
        Math.max(0, busySeconds - targetSeconds - ownSeconds) / seconds,
        thrownAway);
  }
}
