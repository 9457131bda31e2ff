package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SendTargets and REPORT LUNS as libiscsi's {@code iscsi-ls} asks for them. */
class DiscoveryTest {
  @RegisterExtension static final DaemonExtension DAEMON = new DaemonExtension();

  @Test
  void theTargetItsPortalAndItsDiskAreListed() throws Exception {
    String portal = DAEMON.target().portalText();
    ProcessRun run =
        ProcessRun.of(
            Duration.ofSeconds(20),
            List.of(Tool.ISCSI_LS.require(), "--show-luns", "iscsi://" + portal));
    assertThat(run.succeeded()).as(run.describe()).isTrue();
    assertThat(run.output())
        .contains("Target:" + DAEMON.target().iqn() + " Portal:" + portal + ",")
        .containsPattern("Lun:0 +Type:DIRECT_ACCESS");
  }
}
