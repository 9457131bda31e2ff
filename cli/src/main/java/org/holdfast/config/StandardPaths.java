package org.holdfast.config;

import java.nio.file.Path;
import java.util.Map;
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

  /** Names the control socket for clients. */
  public static final String CONTROL_VARIABLE = "HOLDFAST_CONTROL";

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
   * The control socket that a client uses.
   *
   * @param chosen what the command line says, or null
   */
  public Path controlSocket(@Nullable Path chosen) {
    if (chosen != null) {
      return chosen;
    }
    @Nullable String variable = environment.get(CONTROL_VARIABLE);
    return variable != null && !variable.isEmpty() ? Path.of(variable) : controlSocket();
  }

  private boolean isRoot() {
    return user.equals("root");
  }
}
