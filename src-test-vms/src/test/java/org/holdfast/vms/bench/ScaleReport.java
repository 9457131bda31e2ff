package org.holdfast.vms.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** What growth costs, as Markdown, for the terminal and for the page alike. */
final class ScaleReport {
  private static final double PERCENT = 100;

  private final ScaleResults results;
  private final Options options;
  private final String machine;

  /**
   * @param machine when and on what it was measured
   */
  ScaleReport(ScaleResults results, Options options, String machine) {
    this.results = results;
    this.options = options;
    this.machine = machine;
  }

  List<String> parts() {
    List<String> parts = new ArrayList<>();
    parts.add(circumstances());
    if (Report.busy(results.all())) {
      parts.add(Report.NOT_TO_BE_QUOTED);
    }
    parts.add(table().toString());
    return parts;
  }

  private String circumstances() {
    return """
    %s %s. Random 4 KiB reads and writes on files on tmpfs, write-back; %d MiB are used in every case. Target \
    on one core, load generator on another. %d start%s of the target, %s s of load after each; then all cases \
    twice, the second time in the opposite order, %s s each. Medians; the ratio is of CPU time per I/O, in its \
    range over the passes. The rest of the machine kept %s cores busy meanwhile (median).%s
    """
        .formatted(
            machine,
            results.version(),
            ScaleTarget.SPAN_BYTES >> 20,
            options.rounds(),
            options.rounds() == 1 ? "" : "s",
            options.warm().toSeconds(),
            options.measure().toSeconds(),
            Figures.of(median(results.all(), Sample::others), 2),
            Report.thrownAway(results.all()));
  }

  private TextTable table() {
    TextTable table =
        new TextTable(
            2,
            List.of(
                "number of",
                "I/O",
                "number",
                "target CPU µs per I/O",
                "× the smallest (range)",
                "IOPS",
                "generator busy"));
    for (ScaleCase one : ScaleCase.ALL) {
      List<Sample> samples = results.of(one);
      table.add(
          List.of(
              one.axis().label(),
              one.kind().label(),
              Integer.toString(one.size()),
              Figures.of(median(samples, Sample::targetCpu), 2),
              Figures.of(results.growth(one)),
              Figures.brief(median(samples, Sample::iops)),
              Figures.of(median(samples, Sample::generatorBusy).orElse(0) * PERCENT, 0) + " %"));
    }
    return table;
  }

  private static OptionalDouble median(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return Statistics.median(samples, value);
  }
}
