package org.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.holdfast.control.ControlServer;
import org.holdfast.control.StartingPoint;
import org.holdfast.daemon.Daemon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code plan}, {@code apply}, {@code rollback} and {@code import} print and end with. */
@Timeout(60)
class OneShotCommandsTest {
  private static final int MIB = 1 << 20;

  @TempDir Path dir;
  private Path kept;
  private Path socket;
  private Daemon daemon;
  private ControlServer server;

  /** An ending command. */
  private record Ran(int status, String out, String err) {}

  @BeforeEach
  void start() throws Exception {
    kept = Files.writeString(dir.resolve("saveconfig.json"), document(MIB, "one"));
    socket = dir.resolve("s");
    StartingPoint start = StartingPoint.read(kept, dir);
    daemon = Daemon.start(start.loaded().configuration(), dir.resolve("state"));
    server = ControlServer.start(daemon, start, List.of(), socket);
  }

  @AfterEach
  void stop() {
    server.close();
    daemon.close();
  }

  private String document(int size, String node) {
    return """
    {"storage_objects": [
      {"plugin": "fileio", "name": "d", "dev": "%s", "size": %d, "create": true}],
     "targets": [{"wwn": "iqn.2026-11.org.example:t", "tpgs": [{"tag": 1,
       "portals": [{"ip_address": "127.0.0.1", "port": 0}],
       "luns": [{"index": 0, "storage_object": "/backstores/fileio/d"}],
       "node_acls": [{"node_wwn": "iqn.2026-11.org.example:%s"}]}]}]}
    """
        .formatted(dir.resolve("d.img"), size, node);
  }

  private Path file(int size, String node) throws Exception {
    return Files.writeString(dir.resolve("wanted.json"), document(size, node));
  }

  private static Ran run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    return new Ran(commandLine.execute(words), out.toString(), err.toString());
  }

  private Ran asked(Object... arguments) {
    Object[] all = new Object[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--control";
    all[arguments.length + 1] = socket;
    return run(all);
  }

  private static Ran answer(String... lines) {
    return new Ran(0, String.join("\n", lines) + "\n", "");
  }

  private static Ran refusal(int status, String... lines) {
    return new Ran(status, "", "holdfast: " + String.join("\nholdfast: ", lines) + "\n");
  }

  private static final String[] CHANGES = {
    "change disk fileio/d: size 1048576 -> 2097152",
    "remove acl iqn.2026-11.org.example:one of iqn.2026-11.org.example:t tpg1",
    "add    acl iqn.2026-11.org.example:two of iqn.2026-11.org.example:t tpg1"
  };

  @Test
  void planSaysWhatApplyThenDoes() throws Exception {
    Path wanted = file(2 * MIB, "two");
    String before = Files.readString(kept);
    assertThat(asked("plan", wanted)).isEqualTo(answer(CHANGES));
    assertThat(Files.readString(kept)).isEqualTo(before);
    assertThat(asked("apply", wanted)).isEqualTo(answer(CHANGES));
    assertThat(Files.readString(kept)).contains("example:two").doesNotContain("example:one");
    assertThat(asked("apply", wanted)).isEqualTo(answer("no change"));
    assertThat(asked("plan", wanted)).isEqualTo(answer("no change"));
  }

  @Test
  void whatDoesNotFitIsNamedByItsPlaceAndNothingIsDone() throws Exception {
    Path wanted = file(MIB + 1, "two");
    Files.writeString(wanted, Files.readString(wanted).replace("fileio/d\"", "fileio/e\""));
    String before = Files.readString(kept);
    Ran refused =
        refusal(
            Main.EXIT_CONFIG,
            "this configuration cannot be served for 2 reasons; nothing was changed",
            "storage_objects[0].size: 1048577 is not a multiple of the block size, 512",
            "targets[0].tpgs[0].luns[0].storage_object: \"/backstores/fileio/e\" is not among"
                + " storage_objects");
    assertThat(asked("plan", wanted)).isEqualTo(refused);
    assertThat(asked("apply", wanted)).isEqualTo(refused);
    assertThat(Files.readString(kept)).isEqualTo(before);
    Files.writeString(wanted, "{\"targets\": [}");
    assertThat(asked("plan", wanted))
        .isEqualTo(
            refusal(
                Main.EXIT_CONFIG,
                wanted
                    + ": line 1, column 14: not valid JSON: Unexpected close marker '}': expected"
                    + " ']'"));
    assertThat(asked("apply", wanted).status()).isEqualTo(Main.EXIT_CONFIG);
  }

  @Test
  void aFileOrADaemonThatIsNotThereIsNamed() throws Exception {
    Path nowhere = dir.resolve("nowhere.json");
    assertThat(asked("plan", nowhere))
        .isEqualTo(refusal(Main.EXIT_CONFIG, nowhere + ": there is no such file"));
    assertThat(asked("apply", nowhere)).isEqualTo(refusal(1, nowhere + ": there is no such file"));
    assertThat(asked("rollback", "other.json"))
        .isEqualTo(
            refusal(
                1,
                "there is no backup "
                    + dir.resolve("backup/other.json")
                    + "; GET /v1/config/backups (in the shell: restoreconfig with Tab) names those"
                    + " that there are"));
    assertThat(asked("rollback"))
        .isEqualTo(
            refusal(
                1,
                "there is nothing to go back to: no backup of "
                    + kept
                    + " differs from what is served"));
    Path none = dir.resolve("none.sock");
    for (String command : List.of("plan", "apply")) {
      assertThat(run(command, file(MIB, "one"), "--control", none))
          .isEqualTo(
              refusal(
                  1,
                  "no daemon listens at "
                      + none
                      + ": there is no such socket; start it with 'holdfast serve', or name the"
                      + " socket of the one that runs by --control or HOLDFAST_CONTROL"));
    }
    assertThat(run("plan").err()).startsWith("holdfast: Missing required parameter: 'FILE'\n");
    assertThat(run("plan").status()).isEqualTo(2);
  }

  @Test
  void aRollbackGoesBackAndASecondOneTakesItBack() throws Exception {
    assertThat(asked("apply", file(MIB, "two")).status()).isZero();
    String added = "add    acl iqn.2026-11.org.example:%s of iqn.2026-11.org.example:t tpg1";
    String removed = "remove acl iqn.2026-11.org.example:%s of iqn.2026-11.org.example:t tpg1";
    assertThat(asked("rollback"))
        .isEqualTo(answer(removed.formatted("two"), added.formatted("one")));
    assertThat(asked("rollback"))
        .isEqualTo(answer(removed.formatted("one"), added.formatted("two")));
  }

  /** Going back must not mean to lose what was written behind the old end. */
  @Test
  void aRollbackLeavesADiskThatHasGrownAsItIs() throws Exception {
    assertThat(asked("apply", file(2 * MIB, "two")).status()).isZero();
    String kept =
        "warning: storage_objects[0].size: disk fileio/d keeps its 2097152 bytes; the backup has"
            + " 1048576, and a disk is never cut off";
    assertThat(asked("rollback"))
        .isEqualTo(
            answer(
                "remove acl iqn.2026-11.org.example:two of iqn.2026-11.org.example:t tpg1",
                "add    acl iqn.2026-11.org.example:one of iqn.2026-11.org.example:t tpg1",
                kept));
    assertThat(Files.size(dir.resolve("d.img"))).isEqualTo(2 * MIB);
    assertThat(Files.readString(this.kept)).contains("2097152", "example:one");
    // Where only a disk has grown there is nothing to go back to.
    assertThat(asked("apply", file(3 * MIB, "one")).status()).isZero();
    assertThat(asked("rollback"))
        .isEqualTo(
            answer(kept.replace("2097152", "3145728").replace("1048576", "2097152"), "no change"));
    assertThat(Files.size(dir.resolve("d.img"))).isEqualTo(3 * MIB);
  }

  private Path lio(String name) throws Exception {
    try (var in = OneShotCommandsTest.class.getResourceAsStream("/org/holdfast/config/" + name)) {
      return Files.writeString(
          dir.resolve(name), new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void importSumsUpWhatIsHarmlessAndShowsTheRestLineByLine() throws Exception {
    Path file = lio("lio-cluster.json");
    Ran summed = run("import", file);
    Ran all = run("import", file, "--all");
    assertThat(summed.status()).isZero();
    assertThat(summed.err()).isEmpty();
    List<String> taken = lines(all, "taken ");
    assertThat(taken).contains("taken          storage_objects[0].plugin = \"fileio\"");
    assertThat(lines(summed, "taken ")).isEqualTo(taken);
    List<String> harmless = lines(all, "without effect ");
    assertThat(harmless).hasSizeGreaterThan(50).anyMatch(line -> line.contains("[0].aio = false"));
    List<String> sums = lines(summed, "without effect ");
    assertThat(sums)
        .as("every key once")
        .hasSizeLessThan(harmless.size() / 2)
        .doesNotHaveDuplicates()
        .noneMatch(line -> line.contains("[0]"));
    assertThat(sums.stream().mapToInt(OneShotCommandsTest::places).sum())
        .as("and every place")
        .isEqualTo(harmless.size());
    assertThat(summed.out())
        .contains("\n" + harmless.size() + " without effect; --all shows where\n");
    assertThat(all.out()).contains("\n" + harmless.size() + " without effect\n");
  }

  private static List<String> lines(Ran ran, String start) {
    return ran.out().lines().filter(line -> line.startsWith(start)).toList();
  }

  private static int places(String line) {
    return Integer.parseInt(line.replaceFirst(".*\\(([0-9]+) places?\\)$", "$1"));
  }

  @Test
  void importWritesWhatItTookAndRefusesToOverwrite() throws Exception {
    Path file = lio("lio-chap.json");
    Path to = dir.resolve("taken.json");
    Ran written = run("import", file, "--to", to);
    assertThat(written.status()).isZero();
    assertThat(written.out()).endsWith("written to " + to + "\n").contains("= (secret)");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(to)))
        .isEqualTo("rw-------");
    assertThat(run("check-config", to).status()).isZero();
    Ran again = run("import", file, "--to", to);
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.err())
        .isEqualTo("holdfast: " + to + " is there already; remove it or choose another place\n");
    Path split = dir.resolve("split.json");
    Path secrets = dir.resolve("secrets.json");
    assertThat(run("import", file, "--to", split, "--secrets-to", secrets).status()).isZero();
    assertThat(
            run("import", split, "--to", dir.resolve("2.json"), "--secrets-to", dir.resolve("3"))
                .err())
        .isEqualTo(
            "holdfast: --secrets-to: the passwords are in a file of their own already, "
                + secrets
                + "\n");
    Ran nowhere = run("import", file, "--to", dir.resolve("gone/taken.json"));
    assertThat(nowhere.status()).isEqualTo(1);
    assertThat(nowhere.err()).contains("gone/taken.json could not be written: ");
  }

  @Test
  void importSaysWhatCannotBeServedAndEndsWithItsStatus() throws Exception {
    Path file =
        Files.writeString(
            dir.resolve("lio.json"),
            """
            {"storage_objects": [
              {"plugin": "fileio", "name": "a", "dev": "/a", "nullio": true, "aio": true},
              {"plugin": "fileio", "name": "b", "dev": "/b", "aio": false}],
             "targets": [{"fabric": "loopback", "wwn": "naa.5001"}]}
            """);
    Ran refused = run("import", file);
    assertThat(refused.status()).isEqualTo(Main.EXIT_CONFIG);
    assertThat(refused.out().lines())
        .containsSequence(
            "left out       targets[0]: fabric loopback; only iscsi is served",
            "without effect aio: how I/O is done is Holdfast's choice (2 places)");
    assertThat(refused.out()).contains("refused        storage_objects[0].nullio = true: ");
    assertThat(refused.err()).startsWith("holdfast: " + file + ": storage_objects[0].nullio: ");
    Path none = dir.resolve("none.json");
    assertThat(run("import", none))
        .isEqualTo(refusal(Main.EXIT_CONFIG, none + ": there is no such file"));
  }
}
