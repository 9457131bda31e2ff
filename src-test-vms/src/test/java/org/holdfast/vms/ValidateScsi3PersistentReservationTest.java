package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.holdfast.vms.replay.Script;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Replays the published sequence of the cluster wizard's "Validate SCSI-3 Persistent Reservation"
 * in both directions: once jSCSI is the owner of the disk and the raw initiator the other node,
 * once the roles are swapped. That the sequence passes says that the daemon is consistent with what
 * is published, no more.
 */
class ValidateScsi3PersistentReservationTest {
  private static final String SCRIPT = "validate-scsi3-persistent-reservation";

  @RegisterExtension static final DaemonExtension DAEMON = new DaemonExtension();

  @TestFactory
  Stream<DynamicTest> replayInBothDirections() throws IOException {
    return Replays.of(SCRIPT, DAEMON);
  }

  @Test
  void thereAreTwoDirections() throws IOException {
    assertThat(Replays.castings(Script.load(SCRIPT))).hasSize(2);
  }
}
