package org.holdfast.vms;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Which reservations survive the daemon's process (SPC-4 clause 5.13.5), replayed over the wire
 * with initiator ports that come back as themselves. See {@link Replays}.
 *
 * <p>Seen to fail when {@code ReservationState.afterPowerLoss} of the product does not look at
 * APTPL: persistence-withdrawn line 16, "KEYS kA kB" instead of "KEYS none".
 */
class PersistenceTest {
  @RegisterExtension
  static final DaemonExtension DAEMON =
      new DaemonExtension(() -> DaemonSettings.embeddedDefault().startingFast());

  @RegisterExtension
  static final DaemonExtension FORCED =
      new DaemonExtension(() -> DaemonSettings.configured("aptpl-forced").startingFast());

  @TestFactory
  Stream<DynamicTest> persistence() throws IOException {
    return Replays.of("persistence", DAEMON);
  }

  @TestFactory
  Stream<DynamicTest> persistenceNotAskedFor() throws IOException {
    return Replays.of("persistence-not-asked-for", DAEMON);
  }

  @TestFactory
  Stream<DynamicTest> persistenceWithdrawn() throws IOException {
    return Replays.of("persistence-withdrawn", DAEMON);
  }

  @TestFactory
  Stream<DynamicTest> persistenceForced() throws IOException {
    return Replays.of("persistence-forced", FORCED);
  }
}
