package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The one test of libiscsi's suite that needs a slow disk: it looks after four seconds, and after
 * resets of every kind, whether a SANITIZE is still running, and then waits for its end by the
 * minute.
 *
 * <p>Seen to fail on a disk without the delay: the SANITIZE had ended, TEST UNIT READY was GOOD
 * where the suite wants SANITIZE IN PROGRESS.
 */
class LibiscsiSanitizeResetTest {
  /** Two or three waits of a minute, and some more for a busy machine. */
  private static final Duration TIMEOUT = Duration.ofMinutes(6);

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
      LibiscsiRun run = LibiscsiRun.of(tool, "Sanitize.Reset", running.target().url(), TIMEOUT);
      assertThat(run.verdict()).as(run.output()).isEqualTo(LibiscsiRun.Verdict.PASS);
    }
  }
}
