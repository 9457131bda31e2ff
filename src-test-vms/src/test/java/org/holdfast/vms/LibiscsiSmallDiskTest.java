package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of libiscsi's suite that say nothing about a disk of 1 GiB: READ(6) addresses 2^21 blocks,
 * and only on a smaller disk is there an address beyond its end.
 */
class LibiscsiSmallDiskTest {
  @RegisterExtension static final DaemonExtension DAEMON = new DaemonExtension("several-disks");

  @ParameterizedTest
  @ValueSource(strings = {"Read6.Simple", "Read6.BeyondEol"})
  void passes(String test) throws IOException, InterruptedException {
    LibiscsiRun run = LibiscsiRun.of(Tool.ISCSI_TEST_CU.require(), test, DAEMON.target().url());
    assertThat(run.verdict()).as(run.output()).isEqualTo(LibiscsiRun.Verdict.PASS);
  }
}
