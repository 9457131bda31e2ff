package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * libiscsi's conformance suite, as far as the daemon claims the families. Each test runs in a
 * process of its own, so that one that leaves its session broken cannot make the next one skip.
 *
 * <p>What is skipped is compared with {@code libiscsi/expected-skips.txt}, by name and reason: a
 * new skip fails, and so does a line whose test is no longer skipped. {@code
 * libiscsi/suite-defects.txt} names the tests that no target can pass, with the assertion at which
 * they must still fail.
 */
class LibiscsiSuiteTest {
  private static final Set<String> FAMILIES =
      Set.of(
          "Inquiry",
          "ReadCapacity10",
          "ReadCapacity16",
          "ModeSense6",
          "Read6",
          "Read10",
          "Read12",
          "Read16",
          "Write10",
          "Write12",
          "Write16",
          "Verify10",
          "Verify12",
          "Verify16",
          "WriteVerify10",
          "WriteVerify12",
          "WriteVerify16",
          "CompareAndWrite",
          "OrWrite",
          "WriteAtomic16",
          "WriteSame10",
          "WriteSame16",
          "Unmap",
          "GetLBAStatus",
          "Prefetch10",
          "Prefetch16",
          "ReadDefectData10",
          "ReadDefectData12",
          "PreventAllow",
          "TestUnitReady",
          "ReportSupportedOpcodes",
          "StartStopUnit",
          "PrinReadKeys",
          "PrinServiceactionRange",
          "PrinReportCapabilities",
          "ProutRegister",
          "ProutReserve",
          "ProutClear",
          "ProutPreempt",
          "iSCSIcmdsn",
          "iSCSIdatasn",
          "iSCSIResiduals",
          "iSCSITMF");

  @RegisterExtension static final DaemonExtension DAEMON = new DaemonExtension();

  private static final List<LibiscsiRun> RESULTS = new ArrayList<>();

  @TestFactory
  Stream<DynamicTest> suite() throws IOException, InterruptedException {
    String tool = Tool.ISCSI_TEST_CU.require();
    List<String> tests = testsOf(tool);
    Map<String, String> skips = load("libiscsi/expected-skips.txt");
    Map<String, String> defects = load("libiscsi/suite-defects.txt");
    return Stream.concat(
        Stream.of(
            dynamicTest(
                "the lists of expected skips and suite defects name existing tests",
                () -> {
                  assertThat(tests).isNotEmpty().containsAll(skips.keySet());
                  assertThat(tests).containsAll(defects.keySet());
                })),
        tests.stream().map(test -> dynamicTest(test, () -> check(tool, test, skips, defects))));
  }

  /** All tests of the claimed families, in the suite's order; each family must have some. */
  private static List<String> testsOf(String tool) throws IOException, InterruptedException {
    ProcessRun list = ProcessRun.of(Duration.ofSeconds(10), List.of(tool, "--list"));
    List<String> tests =
        list.output()
            .lines()
            .map(line -> line.strip().split("\\.", -1))
            .filter(name -> name.length == 3 && name[0].equals("ALL") && FAMILIES.contains(name[1]))
            .map(name -> name[1] + "." + name[2])
            .distinct()
            .toList();
    assertThat(tests)
        .as("families that %s has tests for", tool)
        .extracting(test -> test.substring(0, test.indexOf('.')))
        .containsAll(FAMILIES);
    return tests;
  }

  private static void check(
      String tool, String test, Map<String, String> skips, Map<String, String> defects)
      throws IOException, InterruptedException {
    LibiscsiRun run = LibiscsiRun.of(tool, test, DAEMON.target().url());
    RESULTS.add(run);
    switch (run.verdict()) {
      case PASS -> {
        assertThat(skips).as("expected-skips.txt: it is no longer skipped").doesNotContainKey(test);
        assertThat(defects).as("suite-defects.txt: it passes now").doesNotContainKey(test);
      }
      case SKIP -> {
        assertThat(run.reason()).as(run.output()).isEqualTo(skips.get(test));
        abort(run.reason());
      }
      case FAIL, HANG, CRASH -> {
        if (!run.reason().equals(defects.get(test))) {
          fail(run.verdict() + ": " + run.reason() + "\n" + run.output());
        }
        abort("a defect of the suite: " + run.reason());
      }
    }
  }

  /** Lines {@code Family.Test: reason}; {@code #} starts a comment line. */
  private static Map<String, String> load(String resource) throws IOException {
    Map<String, String> rows = new TreeMap<>();
    try (var in = LibiscsiSuiteTest.class.getClassLoader().getResourceAsStream(resource)) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(": ", 2))
          .forEach(row -> rows.put(row[0], row[1].strip()));
    }
    return rows;
  }

  @AfterAll
  static void printTable() {
    System.out.println("| libiscsi test | result | reason |\n| --- | --- | --- |");
    Map<LibiscsiRun.Verdict, Integer> totals = new TreeMap<>();
    for (LibiscsiRun run : RESULTS) {
      totals.merge(run.verdict(), 1, Integer::sum);
      System.out.printf(
          "| %s | %s | %s |%n",
          run.test(), run.verdict().toString().toLowerCase(java.util.Locale.ROOT), run.reason());
    }
    System.out.println("libiscsi, in all " + RESULTS.size() + ": " + totals);
  }
}
