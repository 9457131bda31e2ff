package org.holdfast.cli;

import java.nio.file.Path;
import org.holdfast.config.StandardPaths;
import org.holdfast.control.client.ControlAddress;
import org.holdfast.control.client.ControlClient;
import org.holdfast.control.client.ControlException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which daemon a command speaks to. */
final class ControlOption {
  static final String CONTROL = "--control";
  static final String TOKEN = "--control-token";

  @Option(
      names = CONTROL,
      paramLabel = "PATH|URL",
      description =
          "The daemon's control socket, or http://127.0.0.1:PORT where it has --control-tcp."
              + " Default: $"
              + StandardPaths.CONTROL_VARIABLE
              + ", else /run/holdfast/control.sock for root, $XDG_RUNTIME_DIR/holdfast/control.sock"
              + " for others.")
  private @Nullable String control;

  @Option(
      names = TOKEN,
      paramLabel = "FILE",
      description =
          "The token for http://127.0.0.1:PORT, in a file that only its owner can read. Default: $"
              + StandardPaths.TOKEN_VARIABLE
              + ".")
  private @Nullable Path token;

  ControlClient client() throws ControlException {
    StandardPaths paths = StandardPaths.ofThisProcess();
    return ControlClient.at(ControlAddress.of(paths.control(control), paths.controlToken(token)));
  }
}
