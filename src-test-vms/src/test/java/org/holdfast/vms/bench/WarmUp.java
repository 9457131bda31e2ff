package org.holdfast.vms.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.holdfast.vms.bench.load.Endpoint;
import org.holdfast.vms.bench.load.LoadGenerator;
import org.holdfast.vms.bench.load.Shape;

/**
 * The load before anything counts: every kind of it in turn, the same time each; then in short
 * turns until the JIT compiler of a JVM has nothing more to do, but not for ever.
 */
final class WarmUp {
  private static final double NANOS = 1e9;

  /** Of each kind of load, between two looks at the compiler. */
  private static final Duration TURN = Duration.ofSeconds(1);

  /** Share of a core up to which a compiler counts as done. */
  private static final double QUIET = 0.02;

  /** How many times the warm-up is waited for it beyond the warm-up. */
  private static final int PATIENCE = 3;

  private final Duration time;
  private final Consumer<String> progress;
  private long seed = 1;

  /**
   * @param time shared by the kinds of load; zero for none
   */
  WarmUp(Duration time, Consumer<String> progress) {
    this.time = time;
    this.progress = progress;
  }

  void run(Endpoint endpoint, TargetProcess process, List<Cell> cells, String name)
      throws IOException {
    List<Shape> shapes =
        cells.stream()
            .map(Cell::shape)
            .filter(shape -> cells.stream().noneMatch(cell -> warmsToo(cell.shape(), shape)))
            .toList();
    if (shapes.isEmpty() || time.isZero()) {
      return;
    }
    run(endpoint, shapes, time.dividedBy(shapes.size()));
    long end = System.nanoTime() + time.multipliedBy(PATIENCE).toNanos();
    long ticksPerSecond = Proc.ticksPerSecond();
    double busy;
    do {
      long compiling = Proc.compilerTicks(process.pid());
      long begun = System.nanoTime();
      run(endpoint, shapes, TURN);
      double seconds = (System.nanoTime() - begun) / NANOS;
      long ticks = Math.max(0, Proc.compilerTicks(process.pid()) - compiling);
      busy = (double) ticks / ticksPerSecond / seconds;
    } while (busy > QUIET && System.nanoTime() < end);
    if (busy > QUIET) {
      progress.accept(
          "%s: its JIT compiler still takes %.0f %% of a core".formatted(name, 100 * busy));
    }
  }

  private void run(Endpoint endpoint, List<Shape> shapes, Duration each) throws IOException {
    for (Shape shape : shapes) {
      try (LoadGenerator generator = LoadGenerator.random(endpoint, shape, seed++)) {
        generator.warm(each);
        generator.drain();
      }
    }
  }

  /** Whether the same kind of load with more in flight is there, which warms the same code. */
  private static boolean warmsToo(Shape deep, Shape shape) {
    return deep.depth() > shape.depth()
        && deep.ioBytes() == shape.ioBytes()
        && deep.readPercent() == shape.readPercent();
  }
}
