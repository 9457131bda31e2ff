package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The one test of libiscsi's suite that needs a slow disk, {@code Sanitize.Reset}: it looks after
 * three seconds, and once more after resets of every kind, whether a SANITIZE is still running.
 *
 * <p>What it does then has no end here and is cut off: it sleeps for a minute whenever TEST UNIT
 * READY is not GOOD. Meanwhile it answers no ping, so its session is closed, and the new one has a
 * unit attention to tell. {@code SanitizeTest} has the end of the operation.
 */
class LibiscsiSanitizeResetTest {
  /** Four seconds of its own waits, and some for a busy machine. */
  private static final Duration UNTIL_IT_ONLY_SLEEPS = Duration.ofSeconds(30);

  /** For each of the 256 pieces that the disk is overwritten in. */
  private static final String DELAY_MILLISECONDS = "60";

  @TempDir Path directory;

  @Test
  void aSanitizeGoesOnThroughEveryReset() throws IOException, InterruptedException {
    String tool = Tool.ISCSI_TEST_CU.require();
    Path library = Preload.compiled("slow-disk", directory).library();
    try (LibiscsiShape.Running running =
        LibiscsiShape.THIN_FILE.start(
            file ->
                Map.of(
                    "LD_PRELOAD",
                    library.toString(),
                    "HOLDFAST_SLOW_FILE",
                    file.toString(),
                    "HOLDFAST_SLOW_MILLISECONDS",
                    DELAY_MILLISECONDS))) {
      String said =
          LibiscsiRun.of(tool, "Sanitize.Reset", running.target().url(), UNTIL_IT_ONLY_SLEEPS)
              .output();
      String inProgress = "[OK] TESTUNITREADY returned CHECK_CONDITION NOT READY(0x02) SANITIZE";
      assertThat(said)
          .contains("Send an ABORT TASK SET", "Send a LUN Reset", "Send a Warm Reset")
          .containsSubsequence(
              "Verify that the SANITIZE has started",
              inProgress,
              "Send a Cold Reset",
              "Reconnect to target",
              "Verify that the SANITIZE is still going.",
              inProgress,
              "Wait until the SANITIZE operation has finished")
          .doesNotContain("FAILED", "Warm reset failed", "Cold reset failed", "LUN reset failed");
    }
  }
}
