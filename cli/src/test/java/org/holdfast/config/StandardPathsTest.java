package org.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandardPathsTest {
  private static Path state(Map<String, String> environment, String user, String home) {
    return new StandardPaths(environment, user, home).stateDirectory();
  }

  private static Path socket(Map<String, String> environment, String user) {
    return Path.of(new StandardPaths(environment, user, "/home/" + user).control(null));
  }

  @Test
  void theStateDirectoryFollowsTheUser() {
    assertThat(state(Map.of("XDG_STATE_HOME", "/x"), "root", "/root"))
        .isEqualTo(Path.of("/x/holdfast"));
    assertThat(state(Map.of(), "root", "/root")).isEqualTo(Path.of("/var/lib/holdfast"));
    assertThat(state(Map.of(), "ann", "/home/ann"))
        .isEqualTo(Path.of("/home/ann/.local/state/holdfast"));
    assertThat(state(Map.of("XDG_STATE_HOME", "not/absolute"), "ann", "/home/ann"))
        .isEqualTo(Path.of("/home/ann/.local/state/holdfast"));
  }

  @Test
  void theControlSocketFollowsTheUserUnlessItIsNamed() {
    assertThat(socket(Map.of(), "root")).isEqualTo(Path.of("/run/holdfast/control.sock"));
    assertThat(socket(Map.of("XDG_RUNTIME_DIR", "/run/user/7"), "ann"))
        .isEqualTo(Path.of("/run/user/7/holdfast/control.sock"));
    assertThat(socket(Map.of(), "ann"))
        .isEqualTo(Path.of("/home/ann/.local/state/holdfast/control.sock"));
    assertThat(socket(Map.of("HOLDFAST_CONTROL", "/s"), "root")).isEqualTo(Path.of("/s"));
    assertThat(
            new StandardPaths(Map.of("HOLDFAST_CONTROL", "/s"), "root", "/root")
                .control("http://127.0.0.1:1"))
        .isEqualTo("http://127.0.0.1:1");
  }

  @Test
  void theTokenIsNamedByTheCommandLineOrTheEnvironment() {
    StandardPaths paths =
        new StandardPaths(Map.of("HOLDFAST_CONTROL_TOKEN", "/t"), "root", "/root");
    assertThat(paths.controlToken(Path.of("/chosen"))).isEqualTo(Path.of("/chosen"));
    assertThat(paths.controlToken(null)).isEqualTo(Path.of("/t"));
    assertThat(new StandardPaths(Map.of(), "root", "/root").controlToken(null)).isNull();
  }
}
