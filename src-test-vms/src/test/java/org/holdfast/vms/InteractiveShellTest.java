package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell as somebody at a terminal has it. */
class InteractiveShellTest {
  private static final String SECRET = "twelve-bytes-1";

  private static Tmux shell(ControlledDaemon daemon, Path home) throws Exception {
    Tmux terminal =
        Tmux.start(home, 100, 40, daemon.environment(), ControlledDaemon.command(List.of("shell")));
    terminal.awaitPrompt("/");
    return terminal;
  }

  @Test
  void somebodyTypesCompletesRemembersAndLeaves(@TempDir Path home) throws Exception {
    try (ControlledDaemon daemon = ControlledDaemon.start(home);
        Tmux terminal = shell(daemon, home)) {
      completion(terminal);
      colours(terminal);
      history(terminal);
      errors(terminal);
      resize(terminal);
      interrupts(terminal);
      top(terminal);
      terminal.press("C-d");
      terminal.awaitEnd();
      Path history = daemon.userHome().resolve("state/holdfast/history");
      assertThat(Files.readString(history)).contains("ramdisk create r1 1M").doesNotContain(SECRET);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
          .isEqualTo("rw-------");
    }
  }

  private static void completion(Tmux terminal) throws Exception {
    terminal.type("/back");
    terminal.press("Tab");
    terminal.awaitText("/> /backstores/");
    terminal.type("ram");
    terminal.press("Tab");
    terminal.awaitText("/> /backstores/ramdisk");
    terminal.type("cr"); // The blank came with the name.
    terminal.press("Tab");
    terminal.awaitText("/> /backstores/ramdisk create");
    terminal.type("na"); // So did it here.
    terminal.press("Tab");
    terminal.awaitText("create name=");
    terminal.press("C-u");
    terminal.enter("/backstores/ramdisk create r1 1M");
    terminal.awaitText("Created disk ramdisk/r1, 1.0MiB.");
    // What is there now is offered, too.
    terminal.type("cd /backstores/ramdisk/");
    terminal.press("Tab");
    terminal.awaitText("cd /backstores/ramdisk/r1");
    terminal.press("C-u");
  }

  private static void colours(Tmux terminal) throws Exception {
    terminal.enter("ls");
    terminal.awaitText("[Targets: 0]");
    assertThat(terminal.colours()).contains("\033[32m").contains("\033[36m");
    terminal.enter("set global color_mode=false");
    terminal.awaitText("color_mode=false");
    terminal.clear();
    terminal.enter("ls");
    terminal.awaitText("[Targets: 0]");
    assertThat(terminal.colours()).doesNotContain("\033[32m");
    terminal.enter("set global color_mode=true");
  }

  private static void history(Tmux terminal) throws Exception {
    terminal.enter("/iscsi set discovery_auth userid=u password=" + SECRET);
    terminal.awaitText("password=********");
    terminal.clear();
    terminal.press("Up");
    terminal.awaitText("/> set global color_mode=true");
    assertThat(terminal.screen()).doesNotContain(SECRET);
    terminal.press("C-u");
    // Asked for, typed blindly, and not remembered; the line that asks for it is.
    terminal.clear();
    terminal.enter("/iscsi set discovery_auth password=-");
    terminal.awaitText("\npassword:");
    terminal.enter(SECRET);
    terminal.awaitText("\nonce more:");
    terminal.enter(SECRET);
    terminal.awaitText("password=********");
    terminal.press("Up");
    terminal.awaitText("/> /iscsi set discovery_auth password=-");
    assertThat(terminal.screen()).doesNotContain(SECRET, "****" + "*****");
    terminal.press("C-u");
  }

  private static void errors(Tmux terminal) throws Exception {
    terminal.clear();
    terminal.enter("nonsense");
    terminal.awaitText("there is no command 'nonsense' at /");
    terminal.awaitPrompt("/");
  }

  private static void resize(Tmux terminal) throws Exception {
    terminal.clear();
    terminal.enter("ls / 0");
    terminal.await("a line as wide as the terminal", screen -> longest(screen) == 100);
    terminal.resize(70, 40);
    terminal.clear();
    terminal.enter("ls / 0");
    terminal.await("a line as wide as the terminal is now", screen -> longest(screen) == 70);
  }

  private static int longest(String screen) {
    return screen.lines().mapToInt(String::length).max().orElse(0);
  }

  private static void interrupts(Tmux terminal) throws Exception {
    terminal.clear();
    terminal.type("clearconfig confirm=true");
    terminal.press("C-c");
    terminal.awaitPrompt("/");
    terminal.enter("pwd");
    terminal.await("the answer to pwd", screen -> screen.lines().toList().contains("/"));
    terminal.enter("/backstores/ramdisk ls");
    terminal.awaitText("o- r1 ");
    // A question is answered by Ctrl-C with no.
    terminal.enter("clearconfig");
    terminal.awaitText("Type yes to go on:");
    terminal.press("C-c");
    terminal.awaitText("interrupted");
    terminal.awaitPrompt("/");
  }

  private static void top(Tmux terminal) throws Exception {
    terminal.clear();
    terminal.enter("top");
    terminal.awaitText("ramdisk/r1");
    terminal.press("C-c");
    terminal.awaitPrompt("/");
    terminal.clear();
    terminal.enter("pwd");
    terminal.await("the answer to pwd", screen -> screen.lines().toList().contains("/"));
  }

  @Test
  void aDaemonMayGoAndComeBack(@TempDir Path home) throws Exception {
    try (ControlledDaemon daemon = ControlledDaemon.start(home);
        Tmux terminal = shell(daemon, home)) {
      terminal.enter("/backstores/ramdisk create r1 1M");
      terminal.awaitText("Created disk");
      daemon.stop();
      terminal.enter("ls");
      terminal.awaitText("control.sock");
      terminal.clear();
      daemon.startAgain();
      terminal.enter("ls");
      terminal.awaitText("o- r1 ");
      terminal.enter("exit");
      terminal.awaitEnd();
    }
  }

  /**
   * Waiting for a key by polling, as JLine does, may end early. JLine 3.30.16 takes that for the
   * end of the terminal, and the shell leaves with whatever was being typed.
   */
  @Test
  void aWaitForAKeyThatEndsEarlyIsNotTheEnd(@TempDir Path home) throws Exception {
    Path early = home.resolve("early");
    Map<String, String> environment =
        new HashMap<>(ControlledDaemon.environment(home.resolve("none.sock"), home));
    environment.put("LD_PRELOAD", Preload.compiled("early-terminal", home).library().toString());
    environment.put("HOLDFAST_EARLY_LOG", early.toString());
    try (Tmux terminal =
        Tmux.start(home, 100, 40, environment, ControlledDaemon.command(List.of("shell")))) {
      terminal.awaitPrompt("/");
      for (int i = 1; i <= 3; i++) {
        long before = Files.exists(early) ? Files.size(early) : 0;
        terminal.await("end of a wait", _ -> early.toFile().length() > before + 1);
        terminal.clear();
        terminal.enter("pwd");
        terminal.await("the answer to pwd", screen -> screen.lines().toList().contains("/"));
      }
      terminal.press("C-d");
      terminal.awaitEnd();
    }
  }

  @Test
  void ctrlCEndsACommandThatHangsAndNotTheShell(@TempDir Path home) throws Exception {
    Path socket = home.resolve("hangs.sock");
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(socket)); // It takes calls and never answers.
      try (Tmux terminal =
          Tmux.start(
              home,
              100,
              40,
              ControlledDaemon.environment(socket, home),
              ControlledDaemon.command(List.of("shell")))) {
        terminal.awaitText("Ctrl-D leaves.");
        terminal.press("C-c");
        terminal.awaitText("interrupted");
        terminal.awaitPrompt("/");
        terminal.clear();
        terminal.enter("ls");
        terminal.awaitText("/> ls");
        terminal.press("C-c");
        terminal.awaitText("interrupted");
        terminal.awaitPrompt("/");
      }
    }
  }
}
