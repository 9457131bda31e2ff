package org.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ShellTest {
  @Test
  void aChangeIsMadeAnewWhenSomebodyElseWasFaster() {
    ShellFixture fixture = ShellFixture.script();
    fixture.good("/backstores/ramdisk create r1 1M");
    fixture.daemon.interfere(
        () -> {
          ObjectNode other = fixture.daemon.document().withArray("storage_objects").addObject();
          other.put("plugin", "ramdisk").put("name", "other").put("size", 1 << 20);
          fixture.daemon.bumpRevision();
        });
    fixture.good("/backstores/ramdisk create r2 1M");
    assertThat(fixture.good("/backstores/ramdisk ls")).contains("r1", "r2", "other");
  }

  @Test
  void aFileThatSomebodyEditedIsNotOverwritten() {
    ShellFixture fixture = ShellFixture.script();
    fixture.daemon.refuseChanges("/etc/x.json was edited; 'holdfast apply /etc/x.json' takes it");
    assertThat(fixture.run("/backstores/ramdisk create r1 1M"))
        .isEqualTo("! /etc/x.json was edited; 'holdfast apply /etc/x.json' takes it\n");
    assertThat(fixture.daemon.requests().stream().filter(r -> r.startsWith("PUT"))).hasSize(1);
  }

  @Test
  void withoutADaemonTheMessageSaysSoAndWhatNeedsNoneWorks() {
    ShellFixture fixture = ShellFixture.script();
    fixture.daemon.goAway(true);
    assertThat(fixture.run("ls")).isEqualTo("! no daemon answers at /fake.sock\n");
    assertThat(fixture.good("pwd")).isEqualTo("/\n");
    assertThat(fixture.good("help")).contains("saveconfig");
    assertThat(fixture.good("set global color_mode=false")).isEqualTo("color_mode=false\n");
    fixture.daemon.goAway(false);
    assertThat(fixture.good("ls")).startsWith("o- / ");
  }

  @Test
  void aPlaceThatVanishedLeavesTheUserAboveIt() {
    ShellFixture fixture = ShellFixture.script().withOneTarget();
    fixture.good("cd /iscsi/iqn.2026-11.org.example:t/tpg1/acls");
    fixture.daemon.document().putArray("targets");
    assertThat(fixture.good("ls")).startsWith("o- iscsi ").contains("[Targets: 0]");
    assertThat(fixture.good("pwd")).isEqualTo("/iscsi\n");
  }

  /** Between the look at the tree and the change somebody else has taken the target away. */
  @Test
  void aPlaceThatVanishesUnderAChangeIsNamed() {
    ShellFixture fixture = ShellFixture.script().withOneTarget();
    fixture.daemon.interfere(
        () -> {
          fixture.daemon.document().putArray("targets");
          fixture.daemon.bumpRevision();
        });
    assertThat(fixture.run("/iscsi/iqn.2026-11.org.example:t/tpg1/portals create 10.0.0.1 3261"))
        .isEqualTo(
            "! /iscsi/iqn.2026-11.org.example:t/tpg1 is not there any more; look with 'ls /'\n");
  }

  @Test
  void anAnswerThatIsNoConfigurationIsExplained() {
    ShellFixture fixture = ShellFixture.script();
    fixture.daemon.answer("/v1/config", "{\"revision\": 1}");
    assertThat(fixture.run("ls"))
        .isEqualTo(
            "! the daemon sent no configuration; shell and daemon are of different versions,"
                + " restart the older one\n");
  }

  @Test
  void aWarningIsToldOnce() {
    ShellFixture fixture = ShellFixture.script();
    fixture.good("set global auto_add_default_portal=false");
    assertThat(fixture.good("/iscsi create iqn.2026-11.org.example:t"))
        .contains("Warning: targets[0].tpgs[0].portals: empty: nobody can reach");
    assertThat(fixture.good("/backstores/ramdisk create r1 1M")).doesNotContain("Warning");
  }

  @Test
  void aDeviceThatIsMissingIsRedInTheTreeAndNamedInTheStatus() {
    ShellFixture fixture = ShellFixture.script().withOneTarget();
    fixture.daemon.takeAway("fileio/d1", "/srv/d1.img: there is no such file");
    String reason = "NOT READY: absent: /srv/d1.img: there is no such file";
    assertThat(fixture.good("/backstores/fileio ls")).contains(reason);
    assertThat(fixture.good("status"))
        .contains("/: not everything is well", "/backstores/fileio/d1: ", reason);
    fixture.daemon.takeAway("fileio/d3", "it has 5 bytes");
    assertThat(fixture.good("/backstores/fileio create d3 /srv/d3.img 1G"))
        .endsWith("Created disk fileio/d3, 1.0GiB.\nNOT READY: absent: it has 5 bytes\n");
  }

  @Test
  void coloursAndDotsFillTheTerminalsWidth() {
    ShellFixture fixture = ShellFixture.terminal(0);
    String line = fixture.good("ls / 0").stripTrailing();
    assertThat(line).contains("\033[1;36m/\033[0m", "\033[32m...\033[0m");
    assertThat(line.replaceAll("\033\\[[0-9;]*m", "")).hasSize(80);
    fixture.good("set global color_mode=false");
    assertThat(fixture.good("ls / 0")).startsWith("o- / ...");
  }

  @Test
  void theBareCdLetsOneChoose() {
    ShellFixture fixture = ShellFixture.person("4", "", "99");
    assertThat(fixture.good("cd")).contains("  4  /backstores/fileio");
    assertThat(fixture.good("pwd")).isEqualTo("/backstores/fileio\n");
    fixture.good("cd");
    assertThat(fixture.good("pwd")).isEqualTo("/backstores/fileio\n");
    assertThat(fixture.run("cd")).contains("! cd: '99' is not a number from 1 to 3");
  }

  @Test
  void everythingIsClearedOnlyByAYes() {
    ShellFixture fixture = ShellFixture.person("y", "yes");
    fixture.withOneTarget();
    assertThat(fixture.run("clearconfig")).isEqualTo("! not done: the answer was not yes\n");
    assertThat(fixture.good("ls")).contains("Targets: 1");
    assertThat(fixture.good("clearconfig")).contains("'rollback' brings it back");
    assertThat(fixture.good("ls")).contains("Targets: 0");
  }

  @Test
  void secretsReachTheDaemonAndNothingElse() {
    ShellFixture fixture = ShellFixture.script().withOneTarget();
    String secret = "very-secret-14";
    String place = "/iscsi/iqn.2026-11.org.example:t/tpg1";
    assertThat(
            fixture.good(
                place + " set auth userid=u password=" + secret,
                place + " get auth",
                "ls",
                place + " info"))
        .doesNotContain(secret)
        .contains("password=********");
    assertThat(fixture.daemon.document().toString()).contains(secret);
    // Another change sends the hidden secret back: it stays what it was.
    fixture.good("/backstores/ramdisk create r1 1M");
    assertThat(fixture.daemon.document().toString()).contains(secret);
  }

  @Test
  void aScriptStopsAtItsFirstErrorAndNamesTheLine() throws Exception {
    ShellFixture fixture = ShellFixture.script();
    Script script = new Script(fixture.shell, "setup.txt");
    BufferedReader lines =
        new BufferedReader(
            new StringReader(
                "# disks\n\n/backstores/ramdisk create r1 1M\nnonsense\nclearconfig\n"));
    assertThatThrownBy(() -> script.run(lines))
        .isInstanceOf(ShellException.class)
        .hasMessageStartingWith("setup.txt, line 4: there is no command 'nonsense' at /")
        .extracting(thrown -> ((ShellException) thrown).reason().exitStatus())
        .isEqualTo(2);
    assertThat(fixture.good("/backstores/ramdisk ls")).contains("r1");
  }

  @Test
  void aScriptEndsWithExit() throws Exception {
    ShellFixture fixture = ShellFixture.script();
    assertThat(
            new Script(fixture.shell, "x")
                .run(new BufferedReader(new StringReader("exit\nnonsense\n"))))
        .isTrue();
    assertThat(new Script(fixture.shell, "x").run(new BufferedReader(new StringReader("\n  \n"))))
        .isFalse();
  }

  @Test
  void helpExplainsEveryCommandWithItsParameters() {
    ShellFixture fixture = ShellFixture.script();
    for (Command command : Commands.all()) {
      String help = fixture.good("help " + command.name());
      assertThat(help).contains(command.usage(), command.help());
      command
          .parameters()
          .forEach(parameter -> assertThat(help).contains("    " + parameter.name() + "=  "));
    }
  }

  @Test
  void aLongPathIsShortenedInThePrompt() {
    assertThat(Interactive.shorten("/iscsi/iqn.2026-11.org.example:t/tpg1", 30))
        .isEqualTo("/iscsi/iqn.202...xample:t/tpg1")
        .hasSize(30);
    assertThat(Interactive.shorten("/iscsi", 30)).isEqualTo("/iscsi");
    assertThat(Interactive.shorten("/iscsi/iqn.2026-11.org.example:t/tpg1", 0)).endsWith("/tpg1");
  }
}
