package org.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }

  @Test
  void withoutACommandTheHelpIsAnError() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("Usage: holdfast", "serve", "check-config");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n  \n"})
  void aShellWithoutATerminalAndWithoutCommandsSaysWhyItEnds(String input) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(run("shell")).isEqualTo(2);
    } finally {
      System.setIn(before);
    }
    assertThat(err.toString())
        .startsWith(
            "holdfast: standard input is no terminal and held no command; give a command as"
                + " arguments (holdfast shell ls /), pipe commands in, a line each, or run this in"
                + " a terminal\n")
        .contains("Usage: holdfast");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void helpAndVersionAreAnswers() {
    assertThat(run("--help")).isZero();
    assertThat(run("serve", "--help")).isZero();
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).contains("--portal", "--state-dir", "78", "holdfast ", "Java 25");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void anUnknownOptionIsNamedInOneLineAndAHint() {
    assertThat(run("serve", "--prot", "1")).isEqualTo(2);
    assertThat(err.toString().lines())
        .first()
        .asString()
        .startsWith("holdfast: Unknown option")
        .contains("--prot");
    assertThat(err.toString()).contains("Try 'holdfast serve --help'.").doesNotContain("\tat ");
  }

  @Test
  void aWrongPortalIsNamed() {
    assertThat(run("serve", "--portal", "store.example.org")).isEqualTo(2);
    assertThat(err.toString())
        .contains("'store.example.org' is not ADDR:PORT such as 127.0.0.1:3260");
  }

  @Test
  void theDemoDoesNotLeaveLoopback(@TempDir Path dir) {
    assertThat(run("serve", "--state-dir", dir.toString(), "--portal", "0.0.0.0:0")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "demo access (no ACL) is given only at loopback addresses, and 0.0.0.0 is not one;"
                + " write a configuration with node_acls for iqn.2026-11.org.holdfast:demo");
  }

  @Test
  void aStateDirectoryThatCannotBeWrittenIsNamed() {
    assertThat(run("serve", "--state-dir", "/proc/x", "--portal", "127.0.0.1:0")).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("holdfast: state directory /proc/x")
        .doesNotContain("\tat ");
  }

  @Test
  void aWrongConfigurationListsEverythingAndEnds(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("c.json"), "{\"targets\": [{}], \"tragets\": 1}");
    assertThat(run("serve", "--config", file.toString())).isEqualTo(Main.EXIT_CONFIG);
    assertThat(err.toString())
        .contains(
            "holdfast: warning: tragets: unknown key",
            "holdfast: " + file + ": targets[0].wwn: missing");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aMissingConfigurationIsNamed() {
    assertThat(run("serve", "--config", "/nowhere/c.json")).isEqualTo(Main.EXIT_CONFIG);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("holdfast: /nowhere/c.json: there is no such file");
  }

  @Test
  void checkConfigTellsWithoutServing(@TempDir Path dir) throws Exception {
    Path good = Files.writeString(dir.resolve("good.json"), "{\"tragets\": []}");
    assertThat(run("check-config", good.toString())).isZero();
    assertThat(out.toString())
        .contains("tragets: unknown key", "0 storage objects, 0 targets: can be served");
    assertThat(run("check-config", dir.resolve("none.json").toString()))
        .isEqualTo(Main.EXIT_CONFIG);
  }

  @Test
  void theControlPortIsOnlyForThisMachineAndWithAToken(@TempDir Path dir) throws Exception {
    String state = dir.toString();
    assertThat(run("serve", "--state-dir", state, "--control-tcp", "127.0.0.1:0")).isEqualTo(2);
    assertThat(run("serve", "--state-dir", state, "--control-token", "/t")).isEqualTo(2);
    assertThat(err.toString().lines())
        .filteredOn(line -> line.contains("need each other"))
        .hasSize(2)
        .allMatch(
            "holdfast: --control-tcp ADDR:PORT and --control-token FILE need each other"::equals);
    Path token = Files.writeString(dir.resolve("token"), "0123456789abcdef\n");
    String[] open = {
      "serve", "--state-dir", state, "--control-token", "" + token, "--control-tcp", "0.0.0.0:0"
    };
    assertThat(run(open)).isEqualTo(1);
    assertThat(err.toString())
        .contains("holdfast: control token: " + token + " holds secrets and is not for its owner")
        .contains("run 'chmod 600 " + token + "'");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    assertThat(run(open)).isEqualTo(2);
    assertThat(err.toString())
        .contains("--control-tcp: 0.0.0.0:0 is not a loopback address: token and secrets would")
        .contains("through ssh -L");
  }

  @Test
  void aWrongPlaceOfTheDaemonIsNamed() {
    assertThat(run("rollback", "--control", "http://192.0.2.1:1")).isEqualTo(1);
    assertThat(run("shell", "--control", "http://127.0.0.1:1", "ls")).isEqualTo(1);
    assertThat(run("shell", "--control", "http://[::1]:1", "--control-token", "/nowhere/t", "ls"))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("holdfast: 'http://192.0.2.1:1' is not http://ADDRESS:PORT with a loopback")
        .contains("holdfast: http://127.0.0.1:1 needs a token: name its file by --control-token")
        .contains("holdfast: control token: /nowhere/t: there is no such file");
  }
}
