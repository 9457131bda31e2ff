package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGTERM for a daemon whose disk, with a write cache, cannot be made stable any more: it ends
 * within its bound, with exit status 1, and says which disk and what may be lost.
 *
 * <p>{@code -Dholdfast.tests=all} adds the disk that hangs, which takes as long as the bound.
 */
class LastSyncTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Duration BEYOND = Duration.ofSeconds(90);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String CONFIGURATION =
      """
      {"storage_objects": [
         {"plugin": "fileio", "name": "cached", "dev": "FILE", "write_back": true}],
       "targets": [{"fabric": "iscsi", "wwn": "iqn.2026-11.org.holdfast:last", "tpgs": [
         {"tag": 1,
          "attributes": {"generate_node_acls": 1, "demo_mode_write_protect": 0},
          "luns": [{"index": 0, "storage_object": "/backstores/fileio/cached"}],
          "portals": [{"ip_address": "127.0.0.1", "port": 3260}]}]}]}
      """;

  @TempDir Path directory;
  private DaemonUnderTest daemon;

  @AfterEach
  void end() throws IOException {
    if (daemon != null) {
      daemon.close();
    }
  }

  private void startAndWrite(Duration sync, Map<String, String> more) throws Exception {
    Path home = directory.toRealPath();
    Path disk = Files.write(home.resolve("disk"), new byte[1 << 20]);
    Map<String, String> environment = new HashMap<>(more);
    environment.put("LD_PRELOAD", Preload.compiled("slow-disk", home).library().toString());
    environment.put("HOLDFAST_SLOW_FILE", disk.toString());
    environment.put("HOLDFAST_SLOW_MILLISECONDS", Long.toString(sync.toMillis()));
    daemon =
        DaemonUnderTest.start(
            DaemonSettings.embeddedDefault()
                .withConfiguration(CONFIGURATION.replace("FILE", disk.toString()))
                .startingFast()
                .withEnvironment(environment));
    RawLogin login = RawLogin.as(daemon.target(), "iqn.2026-11.org.holdfast.test:last");
    try (RawInitiator session = login.login()) {
      session.read(Cdbs.testUnitReady(), 0); // POWER ON
      assertThat(session.write(Cdbs.write10(0, 1), new byte[512])).hasToString("GOOD");
    }
  }

  @Test
  void aLastSyncThatFailsIsNoOrderlyEnd() throws Exception {
    startAndWrite(Duration.ZERO, Map.of("HOLDFAST_SLOW_FAILS", "yes"));
    assertThat(daemon.terminate(PATIENCE)).as(daemon.log()).isEqualTo(1);
    assertThat(daemon.log())
        .contains("fsync failed: writes that were answered may be lost")
        .contains("fileio/cached: could not be closed properly");
  }

  @Test
  void aDiskThatHangsIsLeftAloneAndNamed() throws Exception {
    assumeTrue("all".equals(System.getProperty("holdfast.tests")), "takes -Dholdfast.tests=all");
    startAndWrite(BEYOND, Map.of());
    long begun = System.nanoTime();
    assertThat(daemon.terminate(BOUND.plus(PATIENCE))).as(daemon.log()).isEqualTo(1);
    assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(BOUND.toNanos());
    assertThat(daemon.log())
        .contains("fileio/cached: hangs")
        .contains("Writes may be lost that were answered and not flushed since");
  }
}
