package org.holdfast.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.holdfast.backstore.StateFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssignmentsTest {
  private final Iterator<String> fresh = List.of("s1", "s2", "s3").iterator();

  @Test
  void aSerialNumberIsMadeOnceAndKept(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("serials");
    Assignments first = Assignments.load(file, StateFiles.onDisk(), _ -> fresh.next());
    assertThat(first.of("fileio/b")).isEqualTo("s1");
    assertThat(first.of("fileio/a")).isEqualTo("s2");
    assertThat(first.of("fileio/b")).isEqualTo("s1");
    assertThat(file).hasContent("fileio/a s2\nfileio/b s1\n");

    Assignments second = Assignments.load(file, StateFiles.onDisk(), _ -> fresh.next());
    assertThat(second.of("fileio/b")).isEqualTo("s1");
    assertThat(second.of("block/a")).isEqualTo("s3");
  }

  @Test
  void aDamagedFileStopsTheStart(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("serials"), "fileio/a s1\nfileio/b\n");
    assertThatThrownBy(() -> Assignments.load(file, StateFiles.onDisk(), _ -> fresh.next()))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "%s line 2: \"fileio/b\" is not an owner and its identity. Repair the line: with"
                + " another identity it would be another disk or port to its initiators. A disk's"
                + " serial may also be put into the configuration as wwn",
            file);
    Path directory = Files.createDirectory(dir.resolve("directory"));
    assertThatThrownBy(() -> Assignments.load(directory, StateFiles.onDisk(), _ -> fresh.next()))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("identities in " + directory + " cannot be read: ");
  }

  @Test
  void aSerialNumberThatCannotBeKeptIsNotGivenOut(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("gone/serials");
    Assignments serials = Assignments.load(file, StateFiles.onDisk(), _ -> fresh.next());
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> serials.of("fileio/a"))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("the identity of fileio/a cannot be kept in")
          .hasMessageEndingWith("; free some space or choose another --state-dir");
    }
    Files.createDirectory(file.getParent());
    assertThat(serials.of("fileio/a")).isEqualTo("s3");
    assertThat(file).hasContent("fileio/a s3\n");
  }
}
