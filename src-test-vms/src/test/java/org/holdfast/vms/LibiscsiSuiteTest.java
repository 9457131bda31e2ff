package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * libiscsi's whole conformance suite, with two sessions, against disks of several shapes. Each test
 * runs in a process of its own, so that one that leaves its session broken cannot make the next one
 * skip.
 *
 * <p>What a shape rules out is compared with its file of skips, by name and reason: a new skip
 * fails, and so does a line whose test is no longer skipped. A reason that begins with {@code not
 * run:} keeps a test from being tried: on a disk that cannot be written, whatever begins by
 * writing. {@code libiscsi/suite-defects.txt} names the tests that contradict the standard wherever
 * they are carried out, with the assertion at which they must still fail; where that depends on the
 * shape the line is in its file and begins with {@code defect:}. At the end every other test must
 * have passed on one shape at least.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LibiscsiSuiteTest {
  /** Begins the reason of a test that is not even tried on a shape. */
  private static final String NOT_RUN = "not run: ";

  /** Stands before the assertion at which a test must fail on one shape, through its own fault. */
  private static final String DEFECT = "defect: ";

  private static final Map<LibiscsiShape, List<LibiscsiRun>> RESULTS =
      new EnumMap<>(LibiscsiShape.class);

  @Order(1)
  @TestFactory
  Stream<DynamicTest> onEveryShape() throws IOException, InterruptedException {
    String tool = Tool.ISCSI_TEST_CU.require();
    List<String> tests = tests(tool);
    LibiscsiRuns runs = new LibiscsiRuns();
    List<DynamicTest> all = new ArrayList<>();
    for (LibiscsiShape shape : LibiscsiShape.values()) {
      all.addAll(suite(shape, tool, tests, runs));
    }
    return all.stream().onClose(runs::close);
  }

  @Order(2)
  @Test
  void everyTestOfTheSuiteIsCarriedOutOnSomeShape() throws IOException, InterruptedException {
    assumeTrue(!RESULTS.isEmpty(), "the suite was not run");
    Set<String> open = new TreeSet<>(tests(Tool.ISCSI_TEST_CU.require()));
    RESULTS.values().stream()
        .flatMap(List::stream)
        .filter(run -> run.verdict() == LibiscsiRun.Verdict.PASS)
        .forEach(run -> open.remove(run.test()));
    open.removeAll(load("libiscsi/suite-defects.txt").keySet());
    // LibiscsiSanitizeResetTest carries it out, up to its last loop.
    open.remove("Sanitize.Reset");
    // Carried out on memory but for its last steps, which say that they do not apply.
    open.remove("WriteAtomic16.VPD");
    assertThat(open).as("tests that pass on no shape").isEmpty();
  }

  private static List<DynamicTest> suite(
      LibiscsiShape shape, String tool, List<String> tests, LibiscsiRuns runs) throws IOException {
    Map<String, String> skips = load(shape.skips());
    Map<String, String> defects = load("libiscsi/suite-defects.txt");
    List<LibiscsiRun> results = new ArrayList<>();
    RESULTS.put(shape, results);
    Predicate<String> ruledOut = test -> skips.getOrDefault(test, "").startsWith(NOT_RUN);
    runs.add(shape, tool, tests.stream().filter(ruledOut.negate()).toList());
    List<DynamicTest> all = new ArrayList<>();
    all.add(
        dynamicTest(
            shape.label() + ": the lists of expected skips and suite defects name existing tests",
            () -> {
              assertThat(tests).isNotEmpty().containsAll(skips.keySet());
              assertThat(tests).containsAll(defects.keySet());
            }));
    for (String test : tests) {
      all.add(
          dynamicTest(
              shape.label() + ": " + test,
              () -> {
                if (ruledOut.test(test)) {
                  abort(skips.get(test));
                }
                LibiscsiRun run = runs.of(shape, test);
                results.add(run);
                check(run, skips, defects);
              }));
    }
    return all;
  }

  /** All tests, in the suite's order, each once. */
  private static List<String> tests(String tool) throws IOException, InterruptedException {
    ProcessRun list = ProcessRun.of(Duration.ofSeconds(10), List.of(tool, "--list"));
    return list.output()
        .lines()
        .map(line -> line.strip().split("\\.", -1))
        .filter(name -> name.length == 3 && name[0].equals("ALL"))
        .map(name -> name[1] + "." + name[2])
        .distinct()
        .toList();
  }

  private static void check(
      LibiscsiRun run, Map<String, String> skips, Map<String, String> defects) {
    switch (run.verdict()) {
      case PASS -> {
        assertThat(skips).as("it is no longer skipped").doesNotContainKey(run.test());
        assertThat(defects).as("suite-defects.txt: it passes now").doesNotContainKey(run.test());
      }
      case SKIP -> {
        assertThat(run.reason()).as(run.output()).isEqualTo(skips.get(run.test()));
        abort(run.reason());
      }
      case FAIL, HANG, CRASH -> {
        if (!run.reason().equals(defects.get(run.test()))
            && !(DEFECT + run.reason()).equals(skips.get(run.test()))) {
          fail(run.verdict() + ": " + run.reason() + "\n" + run.output());
        }
        abort("a defect of the suite: " + run.reason());
      }
    }
  }

  /** Lines {@code Family.Test: reason}; {@code #} starts a comment line. */
  private static Map<String, String> load(String resource) throws IOException {
    try (var in = LibiscsiSuiteTest.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no resource " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(": ", 2))
          .collect(Collectors.toMap(row -> row[0], row -> row[1].strip()));
    }
  }

  @AfterAll
  static void printTable() {
    System.out.println("| libiscsi test | " + columns() + " |");
    System.out.println("| --- |" + " --- |".repeat(RESULTS.size()));
    Set<String> tests = new TreeSet<>();
    RESULTS.values().forEach(runs -> runs.forEach(run -> tests.add(run.test())));
    for (String test : tests) {
      System.out.println(
          RESULTS.values().stream()
              .map(runs -> verdict(runs, test))
              .collect(Collectors.joining(" | ", "| " + test + " | ", " |")));
    }
    RESULTS.forEach(
        (shape, runs) ->
            System.out.println(
                "libiscsi, "
                    + shape.label()
                    + ", in all "
                    + runs.size()
                    + ": "
                    + runs.stream()
                        .collect(
                            Collectors.groupingBy(
                                LibiscsiRun::verdict, TreeMap::new, Collectors.counting()))));
  }

  private static String verdict(List<LibiscsiRun> runs, String test) {
    return runs.stream()
        .filter(run -> run.test().equals(test))
        .map(run -> run.verdict().toString().toLowerCase(Locale.ROOT))
        .findFirst()
        .orElse("not run");
  }

  private static String columns() {
    return RESULTS.keySet().stream().map(LibiscsiShape::label).collect(Collectors.joining(" | "));
  }
}
