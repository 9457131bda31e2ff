package org.holdfast.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where things are when nobody says otherwise. The daemon and those who look for it ask here.
 *
 * @param environment the process's
 * @param user whose process it is
 * @param home that user's directory
 */
public record StandardPaths(Map<String, String> environment, String user, String home) {
  /** The file name of the control socket. */
  public static final String CONTROL_SOCKET = "control.sock";

  /** Says to clients where the daemon is. */
  public static final String CONTROL_VARIABLE = "HOLDFAST_CONTROL";

  /** Names the file with the token to clients. */
  public static final String TOKEN_VARIABLE = "HOLDFAST_CONTROL_TOKEN";

  public StandardPaths {
    environment = Map.copyOf(environment);
  }

  /** Of this process. */
  public static StandardPaths ofThisProcess() {
    return new StandardPaths(
        System.getenv(), System.getProperty("user.name"), System.getProperty("user.home"));
  }

  /**
   * The state directory: {@code $XDG_STATE_HOME/holdfast} if that variable holds an absolute path,
   * {@code /var/lib/holdfast} for root, {@code ~/.local/state/holdfast} otherwise (XDG Base
   * Directory Specification).
   */
  public Path stateDirectory() {
    @Nullable String xdg = environment.get("XDG_STATE_HOME");
    if (xdg != null && xdg.startsWith("/")) {
      return Path.of(xdg, "holdfast");
    }
    return isRoot() ? Path.of("/var/lib/holdfast") : Path.of(home, ".local", "state", "holdfast");
  }

  /**
   * The control socket of a daemon with the standard state directory: {@code
   * /run/holdfast/control.sock} for root, else in {@code $XDG_RUNTIME_DIR/holdfast}, else in the
   * state directory.
   */
  public Path controlSocket() {
    if (isRoot()) {
      return Path.of("/run/holdfast", CONTROL_SOCKET);
    }
    @Nullable String runtime = environment.get("XDG_RUNTIME_DIR");
    return runtime != null && runtime.startsWith("/")
        ? Path.of(runtime, "holdfast", CONTROL_SOCKET)
        : stateDirectory().resolve(CONTROL_SOCKET);
  }

  /**
   * Where a client finds the daemon: the path of a socket, or {@code http://ADDRESS:PORT}.
   *
   * @param chosen what the command line says, or null
   */
  public String control(@Nullable String chosen) {
    return chosen != null
        ? chosen
        : variable(CONTROL_VARIABLE).orElseGet(() -> controlSocket().toString());
  }

  /**
   * The file with the token that a client shows; null: none was named.
   *
   * @param chosen what the command line says, or null
   */
  public @Nullable Path controlToken(@Nullable Path chosen) {
    return chosen != null ? chosen : variable(TOKEN_VARIABLE).map(Path::of).orElse(null);
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  private boolean isRoot() {
    return user.equals("root");
  }
}
