package org.holdfast.vms;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How one test of libiscsi's suite ended, in a process of its own.
 *
 * @param reason of a skip or a failure as the suite printed it; empty for a pass
 */
record LibiscsiRun(String test, Verdict verdict, String reason, String output) {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** The suite's verdict stands at the start of a line or right after the name of the test. */
  private static final Pattern BODY =
      Pattern.compile(
          "^  Test: \\S+"
              + " \\.\\.\\.(?<body>.*?)(?:^|(?<=\\.\\.\\.))(?<verdict>passed|FAILED)(?<rest>.*)",
          Pattern.MULTILINE | Pattern.DOTALL);

  private static final Pattern SKIPPED = Pattern.compile("\\[SKIPPED\\]\\s*(?<why>[^\\n]*)");
  private static final Pattern ASSERTION = Pattern.compile("1\\. (?<why>\\S+:\\d+ +- [^\\n]*\\))");

  /** CUnit itself knows only passed and failed: it counts a skip as passed. */
  enum Verdict {
    PASS,
    FAIL,
    SKIP,
    HANG,
    CRASH
  }

  /**
   * Runs one test with two sessions. It may overwrite the whole LUN.
   *
   * @param test as {@code Family.Test}
   */
  static LibiscsiRun of(String tool, String test, String url)
      throws IOException, InterruptedException {
    return of(tool, test, url, TIMEOUT);
  }

  /** As {@link #of(String, String, String)}; a hang costs at most {@code timeout}. */
  static LibiscsiRun of(String tool, String test, String url, Duration timeout)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            "stdbuf",
            "-oL",
            tool,
            "--dataloss",
            "--allow-sanitize",
            "--verbose",
            "--Verbose-scsi",
            "--initiator-name=iqn.2026-11.org.holdfast.test:suite-1",
            "--initiator-name-2=iqn.2026-11.org.holdfast.test:suite-2",
            "--test=ALL." + test,
            url,
            url);
    return read(test, ProcessRun.of(timeout, command));
  }

  /** Reads the suite's output; visible for its own test. */
  static LibiscsiRun read(String test, ProcessRun run) {
    String output = run.describe();
    if (run.timedOut()) {
      return new LibiscsiRun(test, Verdict.HANG, "no end in time", output);
    }
    Matcher body = BODY.matcher(run.output());
    if (!body.find()) {
      return new LibiscsiRun(test, Verdict.CRASH, "the suite gave no verdict", output);
    }
    if (body.group("verdict").equals("FAILED")) {
      return new LibiscsiRun(
          test, Verdict.FAIL, first(ASSERTION, body.group("rest"), "no assertion named"), output);
    }
    if (body.group("body").isBlank()) {
      // Some tests return without a word, and counted as passed, when the LUN does not suit them.
      return new LibiscsiRun(test, Verdict.SKIP, "it did nothing and did not say why", output);
    }
    String skipped = first(SKIPPED, body.group("body"), "");
    return skipped.isEmpty()
        ? new LibiscsiRun(test, Verdict.PASS, "", output)
        : new LibiscsiRun(test, Verdict.SKIP, skipped, output);
  }

  private static String first(Pattern pattern, String text, String otherwise) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group("why").strip() : otherwise;
  }
}
