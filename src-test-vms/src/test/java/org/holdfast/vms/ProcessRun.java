package org.holdfast.vms;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of a command-line tool to its end.
 *
 * @param command the tool and its arguments, for messages
 * @param exitCode its exit code; meaningless when it was ended after the timeout
 * @param timedOut whether it did not end in time and was ended
 * @param output standard output and standard error, in the order in which they were written
 */
record ProcessRun(List<String> command, int exitCode, boolean timedOut, String output) {

  /** Runs a command with nothing on its standard input; a hang costs at most {@code timeout}. */
  static ProcessRun of(Duration timeout, List<String> command)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile("holdfast-tool-", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      String output = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
      return new ProcessRun(command, process.exitValue(), !ended, output);
    } finally {
      Files.delete(log);
    }
  }

  boolean succeeded() {
    return !timedOut && exitCode == 0;
  }

  /** What to show when the run was not what a test expected. */
  String describe() {
    String ending = timedOut ? "did not end in time" : "exit code " + exitCode;
    return String.join(" ", command) + "\n" + ending + "\n" + output;
  }
}
