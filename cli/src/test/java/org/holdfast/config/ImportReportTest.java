package org.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.holdfast.config.ImportReport.Fate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ImportReportTest {
  private static ImportReport report(String text) throws Exception {
    return ImportReport.of(ConfigReader.tree(text, "test"), "test");
  }

  private static List<String> lines(ImportReport report, Fate fate) {
    return report.lines().stream()
        .filter(line -> line.fate() == fate)
        .map(line -> line.path() + " = " + line.value() + ": " + line.why())
        .toList();
  }

  /** Files that targetcli has written: nothing is lost between the lines. */
  @ParameterizedTest
  @ValueSource(strings = {"lio-chap.json", "lio-cluster.json"})
  void whatIsTakenOfAFileOfLioServesTheSame(String name) throws Exception {
    String text;
    try (var in = ImportReportTest.class.getResourceAsStream(name)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    ImportReport report = report(text);
    assertThat(report.errors()).isEmpty();
    ObjectNode taken = report.document();
    assertThat(ConfigReader.check(taken, "taken").configuration().storageObjects())
        .isEqualTo(ConfigReader.parse(text, "file").configuration().storageObjects());
    assertThat(ConfigReader.check(taken, "taken").configuration().targets())
        .as("secrets apart, which compare by identity")
        .hasToString(ConfigReader.parse(text, "file").configuration().targets().toString());
    assertThat(ConfigReader.check(taken, "taken").withoutEffect()).isEmpty();
    assertThat(lines(report, Fate.WITHOUT_EFFECT))
        .anyMatch(line -> line.startsWith("storage_objects[0].aio = false: how I/O is done"));
    assertThat(lines(report, Fate.TAKEN)).anyMatch(line -> line.startsWith("targets[0].wwn = "));
  }

  @Test
  void everyFateIsNamedAndNoSecretIsShown() throws Exception {
    ImportReport report =
        report(
            """
            {"storage_objects": [
              {"plugin": "fileio", "name": "a", "dev": "/a", "nullio": true, "oops": 1, "aio": true,
               "attributes": {"emulate_pr": 0}}],
             "targets": [
              {"fabric": "loopback", "wwn": "naa.5001"},
              {"wwn": "iqn.2026-11.org.example:t", "tpgs": [
                {"chap_userid": "u", "chap_password": "a secret of 16 b"}]}]}
            """);
    assertThat(report.errors()).singleElement().asString().contains("nullio");
    assertThat(lines(report, Fate.REFUSED))
        .singleElement()
        .asString()
        .startsWith("storage_objects[0].nullio = true: ");
    assertThat(lines(report, Fate.UNKNOWN))
        .containsExactly("storage_objects[0].oops = 1: no key of the configuration");
    assertThat(lines(report, Fate.DIFFERENT))
        .singleElement()
        .asString()
        .contains("persistent reservations are always there");
    assertThat(lines(report, Fate.LEFT_OUT))
        .containsExactly("targets[0] = : fabric loopback; only iscsi is served");
    assertThat(lines(report, Fate.TAKEN))
        .contains("targets[1].tpgs[0].chap_password = (secret): ")
        .noneMatch(line -> line.contains("a secret of 16 b"));
  }
}
