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
    return new StandardPaths(environment, user, "/home/" + user).controlSocket((Path) null);
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
                .controlSocket(Path.of("/chosen")))
        .isEqualTo(Path.of("/chosen"));
  }
}
