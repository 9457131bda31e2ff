package org.holdfast.cli;

import java.util.Optional;
import org.holdfast.control.ControlServer;
import org.holdfast.daemon.Daemon;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens on SIGTERM and SIGINT. */
final class Signals {
  private static final Logger log = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /**
   * Drains the daemon when the process is told to end. Java would then end with 128 + signal;
   * having done what was asked is success, so the process is ended with 0 here.
   *
   * @param control ends first: nothing is changed any more
   */
  static void closeOnSignal(Daemon daemon, Optional<ControlServer> control) {
    Runtime runtime = Runtime.getRuntime();
    runtime.addShutdownHook(
        new Thread(
            () -> {
              try {
                control.ifPresent(ControlServer::close);
                daemon.close();
              } catch (RuntimeException e) {
                log.error("the daemon did not end cleanly", e);
                runtime.halt(1);
              }
              log.info("ended");
              runtime.halt(0);
            },
            "signal"));
  }
}
