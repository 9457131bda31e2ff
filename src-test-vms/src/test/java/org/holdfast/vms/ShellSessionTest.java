package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The session that introductions to targetcli show (slides of the KVM Forum among them), typed into
 * the packaged program, and what initiators see of it.
 */
class ShellSessionTest {
  private static final Path SESSION = Path.of("src", "test", "resources", "shell", "kvm-forum.txt");
  private static final String TARGET = "iqn.2016-08.com.example:cluster";

  @Test
  void targetcliSessionServesWhoHasAnAclAndNobodyElse(@TempDir Path home) throws Exception {
    int port = freePort();
    try (ControlledDaemon daemon = ControlledDaemon.start(home)) {
      // The test stays on loopback; the session itself is as it is.
      expect(daemon.holdfast("/", "set", "global", "auto_add_default_portal=false"), 0);
      Path script =
          Files.writeString(
              home.resolve("session.txt"),
              Files.readString(SESSION).replace("DIRECTORY", home.toString()));
      ProcessRun session = expect(daemon.script(script), 0);
      assertThat(session.output())
          .contains(
              "o- disk1 ", "(64.0MiB) write-thru activated]", "[Mapped LUNs: 2]", "[no-gen-acls,")
          .contains("Saved to " + home.resolve("saveconfig.json"));
      expect(
          daemon.holdfast(
              "/iscsi/" + TARGET + "/tpg1/portals", "create", "127.0.0.1", String.valueOf(port)),
          0);

      ProcessRun node1 = list("iqn.1991-05.com.microsoft:node1", port);
      assertThat(node1.output()).contains("Target:" + TARGET).containsPattern("Lun:0 +Type:DIRECT");
      assertThat(node1.output()).containsPattern("Lun:1 +Type:DIRECT");
      ProcessRun stranger = list("iqn.1991-05.com.microsoft:stranger", port);
      assertThat(stranger.output()).doesNotContain(TARGET).doesNotContain("Lun:");

      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(home.resolve("saveconfig.json"))))
          .isEqualTo("rw-------");
      // What was typed is there after a restart.
      daemon.stop();
      daemon.startAgain();
      assertThat(list("iqn.1991-05.com.microsoft:node2", port).output()).contains("Lun:1");
    }
  }

  @Test
  void oneCommandsEndWithAStatusThatScriptsCanUse(@TempDir Path home) throws Exception {
    try (ControlledDaemon daemon = ControlledDaemon.start(home)) {
      ProcessRun created =
          expect(
              daemon.holdfast(
                  "/backstores/fileio",
                  "create",
                  "name=d1",
                  "file_or_dev=" + home.resolve("d1.img"),
                  "size=10M"),
              0);
      assertThat(created.output()).isEqualTo("Created disk fileio/d1, 10.0MiB.\n");
      assertThat(expect(daemon.holdfast("/backstores/fileio"), 0).output())
          .startsWith("o- fileio ..")
          .doesNotContain("\033");
      assertThat(expect(daemon.holdfast("ls", "/nowhere"), 2).output())
          .isEqualTo("holdfast: there is no nowhere in /; there are: backstores, iscsi\n");
      assertThat(expect(daemon.holdfast("/backstores/fileio", "delete", "d9"), 1).output())
          .startsWith("holdfast: delete: there is no disk /backstores/fileio/d9");
      Path lost = home.resolve("no/such/dir/file");
      assertThat(
              expect(
                      daemon.holdfast(
                          "/backstores/fileio", "create", "disk1", lost.toString(), "1G"),
                      1)
                  .output())
          .isEqualTo(
              "holdfast: fileio/disk1: %s: the directory %s does not exist; make it, or give"
                  + " another path; nothing was changed\n",
              lost, lost.getParent());
      assertThat(expect(daemon.holdfast("/backstores/fileio"), 0).output()).doesNotContain("disk1");
      // Resized while the daemon runs.
      expect(daemon.holdfast("/backstores/fileio/d1", "set", "disk", "size=20M"), 0);
      assertThat(expect(daemon.holdfast("ls", "/backstores"), 0).output()).contains("(20.0MiB)");

      Path script =
          Files.writeString(
              home.resolve("bad.txt"), "/backstores/ramdisk create r1 1M\n\nnonsense\nexit\n");
      assertThat(expect(daemon.script(script), 2).output())
          .contains("holdfast: standard input, line 3: there is no command 'nonsense' at /");
      Files.writeString(script, "/iscsi set discovery_auth userid=u password=-\nsecret\n");
      assertThat(expect(daemon.script(script), 1).output())
          .contains(
              "password=- reads standard input, which holds the commands here; put them into a file"
                  + " and give that by --file");
      daemon.stop();
      assertThat(expect(daemon.holdfast("ls"), 1).output())
          .startsWith("holdfast: ")
          .contains(daemon.socket().toString());
    }
  }

  private static ProcessRun expect(ProcessRun run, int status) {
    assertThat(run.exitCode()).as(run.describe()).isEqualTo(status);
    return run;
  }

  private static ProcessRun list(String initiator, int port) throws Exception {
    return ProcessRun.of(
        Duration.ofSeconds(20),
        List.of(
            Tool.ISCSI_LS.require(),
            "--initiator-name",
            initiator,
            "--show-luns",
            "iscsi://127.0.0.1:" + port));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
