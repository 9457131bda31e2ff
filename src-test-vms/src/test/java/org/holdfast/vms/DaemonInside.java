package org.holdfast.vms;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.holdfast.control.ControlServer;
import org.holdfast.control.StartingPoint;
import org.holdfast.control.client.ControlClient;
import org.holdfast.daemon.Daemon;
import org.holdfast.vms.initiator.TargetUnderTest;

/** A daemon inside this process, with its control socket, and who asks there. */
record DaemonInside(Daemon daemon, ControlServer server, ControlClient control)
    implements AutoCloseable {
  /**
   * Serves a configuration.
   *
   * @param directory takes the configuration, the state and the socket
   * @param document the configuration
   */
  static DaemonInside start(Path directory, String document) throws Exception {
    Path file = Files.writeString(directory.resolve("config.json"), document);
    Path socket = directory.resolve("s");
    StartingPoint start = StartingPoint.read(file, directory);
    Daemon daemon = Daemon.start(start.loaded().configuration(), directory.resolve("state"));
    return new DaemonInside(
        daemon, ControlServer.start(daemon, start, List.of(), socket), ControlClient.at(socket));
  }

  /** A LUN of a target at its first portal. */
  TargetUnderTest target(String name, int lun) {
    return new TargetUnderTest(daemon.portals().getFirst().address(), name, lun);
  }

  @Override
  public void close() {
    server.close();
    daemon.close();
  }
}
