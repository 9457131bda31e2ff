package org.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.holdfast.control.client.ControlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The daemon as its own process, as an administrator sees it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ServeProcessTest {
  private static final String TARGET = "iqn.2026-11.org.holdfast:demo";

  private static final String ONE_DISK =
      """
      {
        "storage_objects": [
          {"plugin": "fileio", "name": "disk", "dev": "DISK", "create": true, "size": 1048576}
        ],
        "targets": [
          {
            "fabric": "iscsi",
            "wwn": "iqn.2026-11.org.holdfast:demo",
            "tpgs": [
              {
                "tag": 1,
                "enable": true,
                "attributes": {"generate_node_acls": 1},
                "luns": [{"index": 0, "storage_object": "/backstores/fileio/disk"}],
                "portals": [{"ip_address": "127.0.0.1", "port": 0}]
              }
            ]
          }
        ]
      }
      """;

  @TempDir Path dir;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endWhatIsLeft() {
    started.forEach(Process::destroyForcibly);
  }

  private Process holdfast(String... arguments) throws IOException {
    return java("org.holdfast.cli.Main", arguments);
  }

  private Process java(String main, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(dir.resolve("stderr").toFile()))
            .start();
    started.add(process);
    return process;
  }

  private Process serve(int port) throws IOException {
    return holdfast(
        "serve", "--state-dir", dir.resolve("state").toString(), "--portal", "127.0.0.1:" + port);
  }

  /** The address after {@code ready TARGET}. */
  private String ready(Process process) throws IOException {
    BufferedReader out = process.inputReader();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("ready ")) {
        assertThat(line).startsWith("ready " + TARGET + " 127.0.0.1:");
        return line.substring(line.lastIndexOf(' ') + 1);
      }
    }
    throw new AssertionError("ended without ready: " + Files.readString(dir.resolve("stderr")));
  }

  private int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends in time").isTrue();
    return process.exitValue();
  }

  @Test
  void itServesUntilSigtermAndEndsWithSuccess() throws Exception {
    Process process = serve(0);
    String address = ready(process);
    assertThat(address).doesNotEndWith(":0");
    process.destroy();
    assertThat(exit(process)).isZero();
    assertThat(dir.resolve("state/demo.img")).hasSize(1L << 30);
  }

  /** What a service manager starts is understood without picocli; it fails and ends alike. */
  @Test
  void aPlainStartServesLogsAndFailsAsAnyOther() throws Exception {
    Path config = dir.resolve("config.json");
    Files.writeString(config, "{\"tragets\": 1, \"targets\": [{}]}");
    String state = dir.resolve("state").toString();
    assertThat(exit(holdfast("serve", "--config", config.toString(), "--state-dir", state)))
        .isEqualTo(Main.EXIT_CONFIG);
    assertThat(Files.readString(dir.resolve("stderr"))).contains("holdfast: ", "targets");
    Files.writeString(config, ONE_DISK.replace("DISK", dir.resolve("disk").toString()));
    Process process = holdfast("serve", "--config", config.toString(), "--state-dir", state);
    ready(process);
    process.destroy();
    assertThat(exit(process)).isZero();
    assertThat(Files.readString(dir.resolve("stderr"))).contains("INFO  [main] LogicalUnits: ");
  }

  /** What the launcher makes the class cache with; it is of no use when it does not get through. */
  @Test
  void theTrainingRunGetsThrough() throws Exception {
    Path empty = Files.createDirectory(dir.resolve("training"));
    assertThat(exit(java("org.holdfast.cli.TrainingRun", empty.toString())))
        .as(() -> stderr())
        .isZero();
  }

  private String stderr() {
    try {
      return Files.readString(dir.resolve("stderr"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void aPortThatIsTakenEndsItWithOneClearLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Process process = serve(taken.getLocalPort());
      assertThat(exit(process)).isEqualTo(1);
      assertThat(Files.readString(dir.resolve("stderr")))
          .contains("holdfast: cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .doesNotContain("\tat ");
    }
  }

  @Test
  void theDiskKeepsItsIdentityThroughKillAndRestart() throws Exception {
    Process first = serve(0);
    String before = serialNumber(ready(first));
    first.destroyForcibly();
    exit(first);
    Process second = serve(0);
    assertThat(serialNumber(ready(second))).isEqualTo(before);
    second.destroy();
    assertThat(exit(second)).isZero();
  }

  @Test
  void aSecondDaemonDoesNotTakeTheSameDisk() throws Exception {
    Process first = serve(0);
    ready(first);
    Process second = serve(0);
    assertThat(exit(second)).isEqualTo(1);
    assertThat(Files.readString(dir.resolve("stderr")))
        .contains("is in use by another holdfast (process " + first.pid() + ")");
    first.destroy();
    assertThat(exit(first)).isZero();
  }

  @Test
  void whatIsChangedThroughTheControlSocketIsThereAfterARestart() throws Exception {
    Process first = serve(0);
    ready(first);
    ControlClient control = ControlClient.at(dir.resolve("state/control.sock"));
    JsonNode config = control.get("/v1/config");
    assertThat(config.get("file").asString()).isEqualTo(dir.resolve("state/saveconfig.json") + "");
    ObjectNode wanted = JsonNodeFactory.instance.objectNode();
    wanted.set("document", config.get("document"));
    wanted
        .at("/document/storage_objects")
        .asArray()
        .addObject()
        .put("plugin", "ramdisk")
        .put("name", "more")
        .put("size", 4096);
    control.put("/v1/config", wanted);
    first.destroyForcibly();
    exit(first);
    Process second = serve(0);
    ready(second);
    assertThat(control.get("/v1/config").at("/document/storage_objects").size()).isEqualTo(2);
    second.destroy();
    assertThat(exit(second)).isZero();
    assertThat(dir.resolve("state/control.sock")).doesNotExist();
  }

  @Test
  void aControlSocketThatCannotBeHadEndsItWithOneClearLine() throws Exception {
    Files.writeString(dir.resolve("file"), "mine");
    Process process =
        holdfast(
            "serve",
            "--state-dir",
            dir.resolve("state").toString(),
            "--portal",
            "127.0.0.1:0",
            "--control",
            dir.resolve("file").toString());
    assertThat(exit(process)).isEqualTo(1);
    assertThat(Files.readString(dir.resolve("stderr")))
        .contains(
            "holdfast: control socket " + dir.resolve("file") + ": there is a file that is no")
        .doesNotContain("\tat ");
    assertThat(Files.readString(dir.resolve("file"))).isEqualTo("mine");
  }

  /** VPD page 80h as an independent initiator reads it. */
  private String serialNumber(String address) throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/iscsi-inq")), "iscsi-inq (libiscsi-bin) is missing");
    Process inquiry =
        new ProcessBuilder(
                "iscsi-inq", "-e", "1", "-c", "128", "iscsi://" + address + "/" + TARGET + "/0")
            .redirectErrorStream(true)
            .start();
    started.add(inquiry);
    String answer = new String(inquiry.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(exit(inquiry)).as(answer).isZero();
    assertThat(answer).containsPattern("Unit Serial Number:\\[\\S{36}");
    return answer;
  }
}
