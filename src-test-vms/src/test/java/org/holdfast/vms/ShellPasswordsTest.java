package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords of the packaged program: where they come from, and where they stand. */
class ShellPasswordsTest {
  private static final String FIRST = "twelve-bytes-1";
  private static final String SECOND = "twelve-bytes-2";

  private static ProcessRun expect(ProcessRun run, int status) {
    assertThat(run.exitCode()).as(run.describe()).isEqualTo(status);
    assertThat(run.output()).doesNotContain(FIRST, SECOND);
    return run;
  }

  @Test
  void theyStandOnNoCommandLineAndInNoConfiguration(@TempDir Path home) throws Exception {
    Path file = home.resolve("saveconfig.json");
    Path secrets = home.resolve("secrets.json");
    Path lines = Files.writeString(home.resolve("lines"), FIRST + "\n" + SECOND + "\n");
    try (ControlledDaemon daemon = ControlledDaemon.start(home)) {
      expect(
          daemon.withInput(
              lines,
              "/iscsi",
              "set",
              "discovery_auth",
              "userid=u",
              "password=-",
              "mutual_userid=t",
              "mutual_password=-"),
          0);
      assertThat(Files.readString(file)).containsSubsequence(FIRST, SECOND);
      expect(daemon.holdfast("set", "configuration", "secrets_file=" + secrets), 0);
      assertThat(Files.readString(file)).doesNotContain(FIRST, SECOND);
      assertThat(Files.readString(secrets)).contains(FIRST, SECOND);

      Path script =
          Files.writeString(home.resolve("script"), "/iscsi set discovery_auth password=-\n");
      Path other = Files.writeString(home.resolve("other"), "twelve-bytes-3\n");
      expect(daemon.withInput(other, "shell", "--file", script.toString()), 0);
      assertThat(Files.readString(secrets)).contains("twelve-bytes-3", SECOND);
      assertThat(expect(daemon.script(script), 1).output())
          .contains(
              "standard input, line 1: password=- reads standard input, which holds the commands"
                  + " here; put them into a file and give that by --file");

      daemon.stop();
      daemon.startAgain();
      assertThat(expect(daemon.holdfast("/iscsi", "get", "discovery_auth"), 0).output())
          .contains("password=********", "userid=u");
      // Nothing is pending, and a kill does not change what is there.
      assertThat(Files.exists(Path.of(secrets + ".pending"))).isFalse();
    }
  }
}
