package org.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShorthandTest {
  private static String expand(String line) {
    return expand(line, true);
  }

  private static String expand(String line, boolean typing) {
    List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" "));
    return String.join(
        " ", Shorthand.expand(words, Set.of("serve", "shell", "plan", "help"), typing));
  }

  @Test
  void pathsAndCommandsOfTheShellGoToTheShell() {
    assertThat(expand("/iscsi create")).isEqualTo("shell /iscsi create");
    assertThat(expand("ls / 1")).isEqualTo("shell ls / 1");
    assertThat(expand("@mark ls")).isEqualTo("shell @mark ls");
    assertThat(expand("reservations history")).isEqualTo("shell reservations history");
    assertThat(expand("--control /x.sock top once")).isEqualTo("shell --control /x.sock top once");
    assertThat(expand("--control http://127.0.0.1:1 --control-token=/t ls"))
        .isEqualTo("shell --control http://127.0.0.1:1 --control-token=/t ls");
    assertThat(expand("--control-token /t --control /x ls"))
        .isEqualTo("shell --control-token /t --control /x ls");
    assertThat(expand("--control=/x.sock sessions")).isEqualTo("shell --control=/x.sock sessions");
  }

  @Test
  void whatTheProgramHasItselfStays() {
    assertThat(expand("serve --portal 127.0.0.1:0")).isEqualTo("serve --portal 127.0.0.1:0");
    assertThat(expand("plan /x.json")).isEqualTo("plan /x.json");
    assertThat(expand("help serve")).isEqualTo("help serve");
    assertThat(expand("shell ls")).isEqualTo("shell ls");
    assertThat(expand("--version")).isEqualTo("--version");
    assertThat(expand("nonsense")).isEqualTo("nonsense");
  }

  @Test
  void withoutArgumentsAScriptIsReadUnlessSomebodyTypes() {
    assertThat(expand("", true)).isEmpty();
    assertThat(expand("", false)).isEqualTo("shell");
    assertThat(expand("--control /x.sock", true)).isEqualTo("shell --control /x.sock");
  }
}
