package org.holdfast.vms.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.holdfast.vms.bench.load.Endpoint;

/** A target that can be measured. */
interface Peer {
  String name();

  /** What is missing and how to get it; empty when it can be started. */
  Optional<String> missing();

  /**
   * Gets ready what every start of it needs, once, before anything counts.
   *
   * @param directory an empty directory that stays as long as the benchmark runs
   * @throws IOException when it cannot be started on this machine
   */
  default void prepare(Path directory) throws IOException {}

  /** With how many sessions at a time it deals. */
  default int mostSessions() {
    return Integer.MAX_VALUE;
  }

  /** Name and version, for the record; it has been prepared. */
  String version() throws IOException;

  /** Starts it on an existing disk, write cache on, and returns before it can be used. */
  Started start(Start start) throws IOException;

  /**
   * How one start is to be.
   *
   * @param prefix goes before its command: which cores it may run on
   * @param home an empty directory of its own
   */
  record Start(List<String> prefix, Path disk, Path home, int port) {
    List<String> command(String... arguments) {
      List<String> command = new ArrayList<>(prefix);
      command.addAll(List.of(arguments));
      return List.copyOf(command);
    }

    /** A LUN of a target that listens at the port. */
    Endpoint endpoint(String target, int lun) {
      return new Endpoint(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), target, lun);
    }
  }
}
