package org.holdfast.vms;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Replays the published sequence for several disks that fail over at once; see {@link Replays}. */
class SimultaneousFailoverTest {
  @RegisterExtension static final DaemonExtension DAEMON = new DaemonExtension("several-disks");

  @TestFactory
  Stream<DynamicTest> simultaneousFailover() throws IOException {
    return Replays.of("simultaneous-failover", DAEMON);
  }
}
