package org.holdfast.vms.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** {@code ./check --bench}: see {@link Options#USAGE}. */
public final class Bench {
  private Bench() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) {
    if (Arrays.asList(arguments).contains("-h") || Arrays.asList(arguments).contains("--help")) {
      System.out.print(Options.USAGE);
      return 0;
    }
    try {
      return measure(Options.parse(arguments));
    } catch (BenchException e) {
      say(e.getMessage());
      return e.exitCode();
    } catch (IOException e) {
      say("failed: " + e);
      return BenchException.FAILED;
    }
  }

  private static int measure(Options options) throws IOException {
    Cores cores = Cores.find();
    String machine = machine(cores);
    if (options.port().isPresent()) {
      Ports.mustBeFree(options.port().get());
    }
    try (Cleanup cleanup = new Cleanup()) {
      return switch (options.question()) {
        case SPEED -> speed(options, cores, machine, cleanup);
        case SCALE -> scale(options, cores, machine, cleanup);
        case ALLOCATIONS -> allocations(options, cores, machine, cleanup);
      };
    }
  }

  private static int speed(Options options, Cores cores, String machine, Cleanup cleanup)
      throws IOException {
    Scratch scratch = cleanup.add(Scratch.create(options.directory(), Cell.DISK_BYTES));
    say("writing the disk, " + scratch.disk());
    scratch.fill(Cell.DISK_BYTES);
    Results results = new Runner(options, cores, scratch, cleanup, Bench::say).run();
    List<String> parts = new Report(results, options, machine).parts();
    System.out.println("\n" + String.join("\n", parts));
    if (options.write()) {
      if (!results.failures().isEmpty()) {
        throw new BenchException(
            BenchException.FAILED, "docs/performance.md is left as it was: something failed");
      }
      String caption = machine + " Medians of " + options.rounds() + " alternations.";
      PerformancePage.write(Path.of(""), parts, Plot.of(results, options.cells(), caption));
      say("written: docs/performance.md, docs/performance.svg");
    }
    return results.failures().isEmpty() ? 0 : BenchException.FAILED;
  }

  private static int scale(Options options, Cores cores, String machine, Cleanup cleanup)
      throws IOException {
    Scratch scratch = cleanup.add(Scratch.create(options.directory(), ScaleTarget.DISK_BYTES));
    ScaleResults results = new ScaleRunner(options, cores, scratch, cleanup, Bench::say).run();
    List<String> parts = new ScaleReport(results, options, machine).parts();
    System.out.println("\n" + String.join("\n", parts));
    if (options.write()) {
      PerformancePage.writeScale(Path.of(""), parts);
      say("written: docs/performance.md");
    }
    return 0;
  }

  private static int allocations(Options options, Cores cores, String machine, Cleanup cleanup)
      throws IOException {
    Scratch scratch = cleanup.add(Scratch.create(options.directory(), Cell.DISK_BYTES));
    say("writing the disk, " + scratch.disk());
    scratch.fill(Cell.DISK_BYTES);
    Map<Cell, AllocationRunner.Result> results =
        new AllocationRunner(options, cores, scratch, cleanup, Bench::say).run();
    List<String> parts = new AllocationReport(results, options, machine).parts();
    System.out.println("\n" + String.join("\n", parts));
    if (options.write()) {
      PerformancePage.writeAllocations(Path.of(""), parts);
      say("written: docs/performance.md");
    }
    return 0;
  }

  private static String machine(Cores cores) throws IOException {
    return "%s, %s, %d cores, Linux %s, TCP congestion control %s, Java %s."
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            model(),
            Cores.parse(cores.all()).size(),
            System.getProperty("os.version"),
            Proc.congestionControl(),
            Runtime.version());
  }

  private static String model() throws IOException {
    // Not every architecture names its processor there.
    return Files.readString(Path.of("/proc/cpuinfo")).contains("model name")
        ? Proc.field("cpuinfo", "model name")
        : System.getProperty("os.arch");
  }

  private static void say(String message) {
    System.err.println("bench: " + message);
  }
}
