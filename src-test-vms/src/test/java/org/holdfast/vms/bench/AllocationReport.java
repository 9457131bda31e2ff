package org.holdfast.vms.bench;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** What Holdfast allocates, as Markdown, for the terminal and for the page alike. */
final class AllocationReport {
  private static final double PERCENT = 100;
  private static final double MILLIS = 1000;
  private static final double NANOS = 1e9;
  private static final int SITES = 12;
  private static final Set<String> BUSIEST = Set.of("r4kd32", "w4kd32");
  private static final String EVENT_LOOPS = "iscsi-";
  private static final String DEVICE_THREADS = "io-";

  private final Map<Cell, AllocationRunner.Result> results;
  private final Options options;
  private final String machine;

  /**
   * @param machine when and on what it was measured
   */
  AllocationReport(Map<Cell, AllocationRunner.Result> results, Options options, String machine) {
    this.results = results;
    this.options = options;
    this.machine = machine;
  }

  List<String> parts() {
    return List.of(circumstances(), bytes().toString(), sites().toString());
  }

  private String circumstances() {
    return """
    %s One start, %s s of load before anything counts, %s s for each cell. Bytes on the Java heap, all threads of \
    the daemon together, by the JVM's own counters; where they come from is estimated from samples. Pauses of the garbage collector as \
    their share of the time.
    """
        .formatted(machine, options.warm().toSeconds(), options.measure().toSeconds());
  }

  private TextTable bytes() {
    TextTable table =
        new TextTable(
            1,
            List.of(
                "",
                "I/Os",
                "bytes per I/O",
                "event loops",
                "device threads",
                "others",
                "GC pauses",
                "longest, ms"));
    results.forEach(
        (cell, result) -> {
          double loops = share(result, EVENT_LOOPS);
          double devices = share(result, DEVICE_THREADS);
          table.add(
              List.of(
                  cell.label(),
                  Figures.brief(OptionalDouble.of((double) result.done())),
                  Figures.of(result.bytesEach(), 1),
                  Figures.of(loops, 1),
                  Figures.of(devices, 1),
                  Figures.of(result.bytesEach() - loops - devices, 1),
                  Figures.of(
                          PERCENT
                              * seconds(result.contents().pauses())
                              / seconds(options.measure()),
                          1)
                      + " %",
                  Figures.of(seconds(result.contents().longest()) * MILLIS, 1)));
        });
    return table;
  }

  private static double share(AllocationRunner.Result result, String prefix) {
    long bytes =
        result.contents().threads().entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(prefix))
            .mapToLong(Map.Entry::getValue)
            .sum();
    return (double) bytes / result.done();
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / NANOS;
  }

  /** Of all cells the two with the most I/Os per second say it best: the others are alike. */
  private TextTable sites() {
    TextTable table = new TextTable(3, List.of("", "what", "where", "bytes per I/O"));
    results.entrySet().stream()
        .filter(one -> !options.whole() || BUSIEST.contains(one.getKey().name()))
        .forEach(one -> addSites(table, one.getKey(), one.getValue()));
    return table;
  }

  private static void addSites(TextTable table, Cell cell, AllocationRunner.Result result) {
    Map<FlightRecording.Site, Long> weights = result.contents().weights();
    double all = weights.values().stream().mapToLong(Long::longValue).sum();
    weights.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(SITES)
        .forEach(
            site ->
                table.add(
                    List.of(
                        cell.label(),
                        shortened(site.getKey().type()),
                        site.getKey().method(),
                        Figures.of(result.bytesEach() * site.getValue() / all, 0))));
  }

  private static String shortened(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }
}
