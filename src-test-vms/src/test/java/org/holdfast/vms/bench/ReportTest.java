package org.holdfast.vms.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** What a run prints, from figures that are made up here. */
class ReportTest {
  private final Results results = new Results();
  private final Options options = Options.parse();

  private static Sample iops(double iops) {
    return sample(iops, 0.01, 0);
  }

  private static Sample sample(double iops, double others, int thrownAway) {
    return new Sample(iops, iops * 4096, 50, 90, 12.5, 0.5, others, thrownAway);
  }

  private void threeTargets() {
    results.present("holdfast", "Holdfast <1.0> & more");
    results.present("tgt", "tgt 1.0");
    results.present("echo", "echo in C");
    for (Cell cell : options.cells()) {
      results.add("holdfast", cell, iops(200_000));
      if (!cell.onlyOurs()) {
        results.add("tgt", cell, iops(80_000));
        results.add("echo", cell, iops(400_000));
      }
    }
    results.leftOut("istgt", "not installed");
    results.add("tgt", new Results.Start(true, 0.02, 4_000_000, 5_000_000));
  }

  private String report() {
    return String.join("\n", new Report(results, options, "A machine.").parts());
  }

  @Test
  void ratiosAreToEachTargetAndToTheEcho() {
    threeTargets();
    assertThat(report())
        .containsPattern(
            "\\| read 4 KiB × 32 +\\| +200k \\| 80.0k \\| 400k \\| +2.50 \\(2.50–2.50\\) \\| +2.5"
                + " \\| +50 % \\|")
        .containsPattern("read 4 KiB × 32, digests +\\| +200k \\| 200k \\| +1.00 ")
        .containsPattern("tgt +\\| one core +\\| +1 \\| +0.02 \\| +4 \\| +5 \\|")
        .contains("istgt: not installed");
  }

  @Test
  void aFailureComesFirstAndLeavesDashes() {
    results.present("holdfast", "Holdfast");
    results.present("tgt", "tgt");
    results.failed("holdfast", "r4kd1", "status 02");
    results.add("tgt", Cell.ALL.getFirst(), iops(10));
    assertThat(report())
        .contains("**Failed:**\n\n- holdfast, r4kd1: status 02")
        .containsPattern("\\| read 4 KiB × 1 +\\| +– \\| +10 \\| +– \\|");
  }

  @Test
  void withoutHoldfastThereAreOnlyTheFiguresOfTheOthers() {
    results.present("tgt", "tgt");
    results.add("tgt", Cell.ALL.getFirst(), iops(10));
    assertThat(report())
        .contains("| read 4 KiB × 1 ")
        .doesNotContain("Digests")
        .doesNotContain("× tgt");
  }

  @Test
  void roundsThatDifferTooMuchAreNotToBeQuoted() {
    results.present("tgt", "tgt");
    for (double round : new double[] {10, 20, 15}) {
      results.add("tgt", Cell.ALL.getFirst(), iops(round));
    }
    assertThat(report()).doesNotContain("Not to be quoted");
    results.add("tgt", Cell.ALL.getFirst(), iops(9.9));
    assertThat(report()).contains("**Not to be quoted: in 1 rows the highest is more than 2 times");
  }

  @Test
  void whatWasThrownAwayIsSaid() {
    results.present("tgt", "tgt");
    results.add("tgt", Cell.ALL.getFirst(), iops(10));
    assertThat(report()).doesNotContain("thrown away");
    results.add("tgt", Cell.ALL.getFirst(), sample(10, 0.01, 1));
    assertThat(report()).contains(" 1 measurement was thrown away");
    results.add("tgt", Cell.ALL.getLast(), sample(10, 0.01, 3));
    assertThat(report()).contains(" 4 measurements were thrown away");
  }

  @Test
  void moreThanATenthOfACoreDisturbs() {
    assertThat(sample(10, 0.1, 0).isDisturbed()).isFalse();
    assertThat(sample(10, 0.11, 0).isDisturbed()).isTrue();
  }

  @Test
  void theColumnsOfATableLineUp() {
    TextTable table = new TextTable(1, List.of("cell", "IOPS"));
    table.add(List.of("4 × 8", "1"));
    table.add(List.of("a longer one", "12,345"));
    assertThat(table.toString())
        .isEqualTo(
            """
            | cell         |   IOPS |
            | ------------ | -----: |
            | 4 × 8        |      1 |
            | a longer one | 12,345 |
            """);
  }

  @Test
  void thePlotIsWellFormedAndHasABarForEachTargetInEachCell() throws Exception {
    threeTargets();
    String svg = Plot.of(results, options.cells(), "on a <machine> & another");
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    int background = 1;
    int legend = 2;
    int bars = 2 * Cell.COMPARED.size();
    assertThat(document.getElementsByTagName("rect").getLength())
        .isEqualTo(background + legend + bars);
    assertThat(svg).contains("width=\"305.0\" height=\"11\"").contains("width=\"122.0\"");
  }

  @Test
  void aLongCaptionOfThePlotTakesSeveralLines() {
    threeTargets();
    String caption = "a machine with a name ".repeat(20).strip();
    String svg = Plot.of(results, options.cells(), caption);
    List<String> lines =
        Pattern.compile("y=\"[0-9.]+\" text-anchor=\"start\">(a machine|[a-z ]+)<")
            .matcher(svg.substring(svg.lastIndexOf(" %<")))
            .results()
            .map(line -> line.group(1))
            .toList();
    assertThat(lines)
        .hasSizeGreaterThan(3)
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(125));
    assertThat(String.join(" ", lines)).isEqualTo(caption);
  }

  @Test
  void onlyWhatIsBetweenTheMarkersIsReplaced() {
    String page = "before\n" + PerformancePage.BEGIN + "\nold\n" + PerformancePage.END + "\nafter";
    assertThat(PerformancePage.replace(page, PerformancePage.BEGIN, PerformancePage.END, "new"))
        .isEqualTo(
            "before\n" + PerformancePage.BEGIN + "\n\nnew\n\n" + PerformancePage.END + "\nafter");
    assertThatThrownBy(() -> PerformancePage.replace("no markers", "first", "last", "new"))
        .isInstanceOf(BenchException.class);
  }
}
