package org.holdfast.cli;

import java.nio.file.Path;
import org.holdfast.config.StandardPaths;
import org.holdfast.control.client.ControlClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which daemon a command speaks to. */
final class ControlOption {
  @Option(
      names = "--control",
      paramLabel = "PATH",
      description =
          "The daemon's control socket. Default: $HOLDFAST_CONTROL, else /run/holdfast/control.sock"
              + " for root, $XDG_RUNTIME_DIR/holdfast/control.sock for others.")
  private @Nullable Path control;

  ControlClient client() {
    return ControlClient.at(StandardPaths.ofThisProcess().controlSocket(control));
  }
}
