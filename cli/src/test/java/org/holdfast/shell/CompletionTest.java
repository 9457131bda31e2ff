package org.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionTest {
  private final ShellFixture fixture = ShellFixture.script().withOneTarget();

  /** What is offered where the line ends. */
  private List<String> complete(String line) {
    List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
    String prefix = words.removeLast();
    return new Completion(fixture.shell)
        .complete(words, prefix).stream().map(Completion.Candidate::word).toList();
  }

  @Test
  void theFirstWordIsACommandOrAPath() {
    assertThat(complete("s")).containsExactly("saveconfig", "sessions", "set", "status");
    assertThat(complete("")).contains("ls", "backstores/", "iscsi/").doesNotContain("create");
    assertThat(complete("/")).containsExactly("/backstores/", "/iscsi/");
    assertThat(complete("/backstores/f")).containsExactly("/backstores/fileio/");
    assertThat(complete("/backstores/fileio/"))
        .containsExactly("/backstores/fileio/d1", "/backstores/fileio/d2");
    fixture.good("cd /backstores/fileio", "bookmarks add disks");
    assertThat(complete("cr")).containsExactly("create");
    assertThat(complete("../")).contains("../block", "../ramdisk");
    assertThat(complete("@")).containsExactly("@disks");
    assertThat(complete("@disks/")).contains("@disks/d1");
  }

  @Test
  void afterAPathStandTheCommandsOfThatPlace() {
    assertThat(complete("/iscsi c")).containsExactly("capture", "cd", "clearconfig", "create");
    assertThat(complete("/backstores de")).isEmpty();
    assertThat(complete("/nowhere c")).isEmpty();
  }

  @Test
  void keysAreOfferedUntilTheyAreGiven() {
    assertThat(complete("/backstores/fileio create w")).containsExactly("write_back=", "wwn=");
    assertThat(complete("/backstores/fileio create wwn=1 w")).containsExactly("write_back=");
    assertThat(complete("/backstores/fileio create d3 n")).isEmpty();
  }

  @Test
  void valuesComeFromTheirType() {
    assertThat(complete("/backstores/fileio create d3 /f 1G write_back="))
        .containsExactly("write_back=true", "write_back=false");
    assertThat(complete("/backstores/fileio create block_size=4"))
        .containsExactly("block_size=4096");
    assertThat(complete("sessions d")).containsExactly("detail");
  }

  @Test
  void liveNamesAreOffered() {
    String group = "/iscsi/iqn.2026-11.org.example:t/tpg1/";
    assertThat(complete(group + "luns create storage_object=/"))
        .containsExactly(
            "storage_object=/backstores/fileio/d1", "storage_object=/backstores/fileio/d2");
    assertThat(complete(group + "luns delete ")).contains("lun0");
    assertThat(complete(group + "acls delete ")).contains("iqn.2026-11.org.example:a");
    assertThat(complete(group + "acls/iqn.2026-11.org.example:a create 1 "))
        .contains("lun0", "/backstores/fileio/d2");
    fixture.daemon.answer("/v1/sessions", "[{\"id\": \"s7\"}]");
    assertThat(complete("capture start ")).contains("s7");
  }

  @Test
  void groupsAndTheirSettingsAreOffered() {
    String group = "/iscsi/iqn.2026-11.org.example:t/tpg1";
    assertThat(complete(group + " set "))
        .containsExactly("attribute", "parameter", "auth", "global");
    assertThat(complete(group + " set auth mutual"))
        .containsExactly("mutual_userid=", "mutual_password=");
    assertThat(complete(group + " set attribute authentication="))
        .containsExactly("authentication=true", "authentication=false");
    assertThat(complete(group + " get parameter MaxB")).containsExactly("MaxBurstLength");
    assertThat(complete("set global color_mode=")).contains("color_mode=false");
  }

  @Test
  void filesAreOffered(@TempDir Path directory) throws Exception {
    Files.createFile(directory.resolve("disk1.img"));
    Files.createDirectory(directory.resolve("disks"));
    assertThat(complete("/backstores/fileio create d3 " + directory + "/di"))
        .containsExactly(directory + "/disk1.img", directory + "/disks/");
    assertThat(complete("plan file=" + directory + "/disk1"))
        .containsExactly("file=" + directory + "/disk1.img");
    assertThat(complete("plan /nowhere/")).isEmpty();
  }

  @Test
  void withoutADaemonCommandsAreStillOffered() {
    fixture.daemon.goAway(true);
    assertThat(complete("he")).containsExactly("help");
  }
}
