package org.holdfast.vms.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/** The results as Markdown, for the terminal and for the page alike. */
final class Report {
  private static final String OURS = "holdfast";
  private static final String ECHO = "echo";
  private static final String TGT = "tgt";
  private static final double MEGA = 1e6;
  private static final double PERCENT = 100;

  /** So many times the lowest may the highest of a row be. */
  private static final double STEADY = 2;

  static final String NOT_TO_BE_QUOTED =
      "**Not to be quoted: the machine was busy with something else.**\n";

  private final Results results;
  private final Options options;
  private final String machine;

  /**
   * @param machine when and on what it was measured
   */
  Report(Results results, Options options, String machine) {
    this.results = results;
    this.options = options;
    this.machine = machine;
  }

  /** Everything but the plot, with blank lines between the parts. */
  List<String> parts() {
    List<String> parts = new ArrayList<>();
    parts.add(circumstances());
    if (busy(results.samples())) {
      parts.add(NOT_TO_BE_QUOTED);
    }
    long unsteady = unsteady();
    if (unsteady > 0) {
      parts.add(
          "**Not to be quoted: in %d rows the highest is more than %.0f times the lowest.** On a virtual machine its host may have been busy, which does not always show inside.\n"
              .formatted(unsteady, STEADY));
    }
    if (!results.failures().isEmpty()) {
      parts.add(
          "**Failed:**\n" + results.failures().stream().map(line -> "- " + line).collect(joined()));
    }
    if (!results.leftOut().isEmpty()) {
      parts.add(
          "Left out:\n" + results.leftOut().stream().map(line -> "- " + line).collect(joined()));
    }
    table(parts, "IOPS side by side, medians:", sideBySide());
    table(parts, "Digests (CRC32C of header and data) against none, Holdfast:", digests());
    table(parts, "Start and memory, medians:", starts());
    table(parts, "Every target in every cell, medians:", everything());
    return parts;
  }

  /** Whether others took so much of the machine that the figures say as much about them. */
  static boolean busy(List<Sample> samples) {
    return Statistics.median(samples, Sample::others).orElse(0) > Sample.QUIET;
  }

  /**
   * In how many rows the alternations of one target differ by more than the machine's usual noise.
   */
  private long unsteady() {
    return options.cells().stream()
        .flatMap(cell -> results.peers().stream().map(peer -> results.samples(peer, cell.name())))
        .filter(samples -> !samples.isEmpty() && highest(samples) > STEADY * least(samples))
        .count();
  }

  private static Collector<CharSequence, ?, String> joined() {
    return Collectors.joining("\n", "\n", "\n");
  }

  private static void table(List<String> parts, String title, TextTable table) {
    if (!table.isEmpty()) {
      parts.add(title + "\n\n" + table);
    }
  }

  private String circumstances() {
    List<Sample> all = results.samples();
    String versions =
        results.peers().stream().map(results::version).collect(Collectors.joining(", "));
    return """
    %s %s. Random offsets in a file of 1 GiB on tmpfs, written beforehand. %d alternation%s of %s s per \
    cell, each after %s s of the same load, and %s s of load after every start, or longer, \
    until the JIT compiler of a JVM is done. Target on one core, load generator on another, except in the \
    cell with several sessions, which may use all cores. %s The rest of the machine kept %s cores busy \
    meanwhile (median; %s at the most).%s
    """
        .formatted(
            machine,
            versions,
            options.rounds(),
            options.rounds() == 1 ? "" : "s",
            seconds(options.measure().toMillis()),
            seconds(options.settle().toMillis()),
            seconds(options.warm().toMillis()),
            writeCache(),
            Figures.of(Statistics.median(all, Sample::others), 2),
            Figures.of(all.stream().mapToDouble(Sample::others).max(), 2),
            thrownAway(all));
  }

  /** A sentence behind others, or nothing. */
  static String thrownAway(List<Sample> samples) {
    int count = samples.stream().mapToInt(Sample::thrownAway).sum();
    return count == 0
        ? ""
        : " %d measurement%s thrown away and taken again, because the rest of the machine or its host kept more than %s cores busy."
            .formatted(count, count == 1 ? " was" : "s were", Sample.QUIET);
  }

  private String writeCache() {
    Map<Boolean, List<String>> byState =
        results.writeCache().entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    Map.Entry::getValue,
                    Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
    StringBuilder text = new StringBuilder();
    byState.forEach(
        (enabled, peers) ->
            text.append("WCE=")
                .append(enabled ? 1 : 0)
                .append(": ")
                .append(String.join(", ", peers))
                .append(". "));
    return text.toString().strip();
  }

  private static String seconds(long millis) {
    return millis % 1000 == 0 ? Long.toString(millis / 1000) : Double.toString(millis / 1000.0);
  }

  /** Whom Holdfast is compared with, if it ran. */
  private List<String> compared() {
    return results.peers().contains(OURS)
        ? results.peers().stream().filter(peer -> !peer.equals(OURS)).toList()
        : List.of();
  }

  private List<Cell> cells(boolean digests) {
    return options.cells().stream().filter(cell -> cell.onlyOurs() == digests).toList();
  }

  private TextTable sideBySide() {
    List<String> header = new ArrayList<>(List.of("cell"));
    header.addAll(results.peers());
    for (String peer : compared()) {
      header.add(peer.equals(ECHO) ? "of the echo" : "× " + peer + " (range)");
      if (peer.equals(TGT)) {
        header.add("wanted × tgt");
      }
    }
    TextTable table = new TextTable(1, header);
    for (Cell cell : cells(false)) {
      List<String> row = new ArrayList<>(List.of(cell.label()));
      for (String peer : results.peers()) {
        row.add(Figures.brief(results.iops(peer, cell.name())));
      }
      for (String peer : compared()) {
        Statistics.Ratio ratio = results.ratio(OURS, cell.name(), peer, cell.name());
        if (peer.equals(ECHO)) {
          row.add(ratio == null ? Figures.NONE : percent(ratio.ofMedians()));
        } else {
          row.add(Figures.of(ratio));
        }
        if (peer.equals(TGT)) {
          row.add(Figures.of(cell.wanted(), 1));
        }
      }
      table.add(row);
    }
    return table;
  }

  private static String percent(double share) {
    return Figures.of(share * PERCENT, 0) + " %";
  }

  private TextTable digests() {
    TextTable table =
        new TextTable(1, List.of("cell", "without", "with", "with / without (range)"));
    for (Cell cell : results.peers().contains(OURS) ? cells(true) : List.<Cell>of()) {
      table.add(
          List.of(
              cell.label(),
              Figures.brief(results.iops(OURS, cell.plain())),
              Figures.brief(results.iops(OURS, cell.name())),
              Figures.of(results.ratio(OURS, cell.name(), OURS, cell.plain()))));
    }
    return table;
  }

  private TextTable starts() {
    TextTable table =
        new TextTable(
            2,
            List.of("target", "placed", "starts", "to the first login, s", "idle, MB", "peak, MB"));
    for (String peer : results.peers()) {
      for (boolean pinned : new boolean[] {true, false}) {
        List<Results.Start> starts =
            results.starts(peer).stream().filter(start -> start.pinned() == pinned).toList();
        if (starts.isEmpty() || peer.equals(ECHO)) {
          continue;
        }
        table.add(
            List.of(
                peer,
                pinned ? "one core" : "all cores",
                Integer.toString(starts.size()),
                Figures.of(Statistics.median(starts, Results.Start::toLogin), 2),
                Figures.of(Statistics.median(starts, start -> start.idle() / MEGA), 0),
                Figures.of(Statistics.median(starts, start -> start.peak() / MEGA), 0)));
      }
    }
    return table;
  }

  private TextTable everything() {
    TextTable table =
        new TextTable(
            2,
            List.of(
                "cell",
                "target",
                "IOPS",
                "lowest–highest",
                "MB/s",
                "p50 µs",
                "p99 µs",
                "target CPU µs per I/O",
                "generator busy"));
    for (Cell cell : options.cells()) {
      for (String peer : results.peers()) {
        List<Sample> samples = results.samples(peer, cell.name());
        if (!samples.isEmpty()) {
          table.add(row(cell, peer, samples));
        }
      }
    }
    return table;
  }

  private static List<String> row(Cell cell, String peer, List<Sample> samples) {
    double lowest = least(samples);
    double highest = highest(samples);
    return List.of(
        cell.label(),
        peer,
        Figures.of(median(samples, Sample::iops), 0),
        Figures.brief(OptionalDouble.of(lowest)) + "–" + Figures.brief(OptionalDouble.of(highest)),
        Figures.of(median(samples, sample -> sample.bytesPerSecond() / MEGA), 0),
        Figures.of(median(samples, Sample::p50), 1),
        Figures.of(median(samples, Sample::p99), 1),
        Figures.of(median(samples, Sample::targetCpu), 1),
        percent(median(samples, Sample::generatorBusy).orElse(0)));
  }

  private static double least(List<Sample> samples) {
    return samples.stream().min(Comparator.comparingDouble(Sample::iops)).orElseThrow().iops();
  }

  private static double highest(List<Sample> samples) {
    return samples.stream().max(Comparator.comparingDouble(Sample::iops)).orElseThrow().iops();
  }

  private static OptionalDouble median(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return Statistics.median(samples, value);
  }
}
