package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.holdfast.vms.LibiscsiRun.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The suite's output, in each of the forms that have to be told apart. */
class LibiscsiRunTest {

  static List<Arguments> outputs() {
    return List.of(
        Arguments.of(
            "  Test: Simple ...\n    Send READ10\n    [OK] READ10 returned SUCCESS\npassed\n",
            Verdict.PASS,
            ""),
        Arguments.of(
            "  Test: Simple ...    dispatched\npassed    Send PRIN/READ_KEYS\n", Verdict.PASS, ""),
        Arguments.of(
            "  Test: Simple ...\n    [SKIPPED] Media is not removable.\npassed\n",
            Verdict.SKIP,
            "Media is not removable."),
        Arguments.of(
            "  Test: BeyondEol ...passed    Send PRIN/READ_KEYS\n    [SKIPPED] later\n",
            Verdict.SKIP,
            "it did nothing and did not say why"),
        Arguments.of(
            """
              Test: Range ...
                [FAILED] not the verdict
                more
            FAILED
                1. test_prin.c:50  - CU_ASSERT_EQUAL(ret,0)    Send PRIN
            """,
            Verdict.FAIL,
            "test_prin.c:50  - CU_ASSERT_EQUAL(ret,0)"),
        Arguments.of("  Test: Range ...\n    Send\n", Verdict.CRASH, "the suite gave no verdict"),
        Arguments.of("Failed to log in\n", Verdict.CRASH, "the suite gave no verdict"));
  }

  @ParameterizedTest
  @MethodSource("outputs")
  void verdictAndReason(String output, Verdict verdict, String reason) {
    LibiscsiRun run = LibiscsiRun.read("A.B", new ProcessRun(List.of("tool"), 0, false, output));
    assertThat(run.verdict()).isEqualTo(verdict);
    assertThat(run.reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @MethodSource("outputs")
  void aHangIsNeverAPass(String output, Verdict verdict, String reason) {
    LibiscsiRun run = LibiscsiRun.read("A.B", new ProcessRun(List.of("tool"), 0, true, output));
    assertThat(run.verdict()).as(verdict + reason).isEqualTo(Verdict.HANG);
  }
}
