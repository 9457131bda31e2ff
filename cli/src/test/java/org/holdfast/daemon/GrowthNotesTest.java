package org.holdfast.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.Configuration;
import org.holdfast.daemon.GrowthNotes.Note;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a kill in the middle of a growth leaves, made by hand. {@code ApplyCrashTest} kills for it.
 */
class GrowthNotesTest {
  private static final long MIB = 1 << 20;

  @TempDir Path dir;

  private GrowthNotes notes() throws StartException {
    return GrowthNotes.load(dir.resolve("notes"), StateFiles.onDisk());
  }

  @Test
  void whatBeganIsRememberedUntilItHasEnded() throws Exception {
    GrowthNotes notes = notes();
    notes.begins("fileio/a", new Note(512, 1024));
    notes.begins("fileio/b", new Note(1, 2));
    assertThat(notes().of("fileio/a")).contains(new Note(512, 1024));
    notes.ended(List.of("fileio/a"));
    assertThat(notes().of("fileio/a")).isEmpty();
    assertThat(notes().of("fileio/b")).contains(new Note(1, 2));
    notes.ended(List.of("fileio/b"));
    assertThat(dir.resolve("notes")).doesNotExist();
  }

  @Test
  void whatCannotBeNotedDoesNotBegin() throws Exception {
    GrowthNotes notes = GrowthNotes.load(dir.resolve("gone/notes"), StateFiles.onDisk());
    assertThatThrownBy(() -> notes.begins("fileio/a", new Note(512, 1024)))
        .isInstanceOf(StartException.class)
        .hasMessageContainingAll(
            "fileio/a cannot grow, because", "; free some space or choose another --state-dir");
    assertThat(notes.of("fileio/a")).isEmpty();
  }

  @Test
  void aDamagedFileStopsTheStartAndIsNamed() throws Exception {
    Path file = Files.writeString(dir.resolve("notes"), "fileio/a 512\n");
    assertThatThrownBy(this::notes)
        .isInstanceOf(StartException.class)
        .hasMessage(
            "%s: \"fileio/a 512\" is not a disk and two sizes; see whether the file of a disk is"
                + " larger than the configuration says, and then remove %s",
            file, file);
    Files.delete(file);
    Files.createDirectory(file);
    assertThatThrownBy(this::notes)
        .hasMessageStartingWith(file + ", which says what files were growing, cannot be read: ");
  }

  private Configuration configured(int mib) throws Exception {
    return ConfigReader.parse(
            """
            {"storage_objects": [
              {"plugin": "fileio", "name": "d", "dev": "%s", "size": %d, "create": true}]}
            """
                .formatted(dir.resolve("d.img"), mib * MIB),
            "test")
        .configuration();
  }

  private void served(int mib) throws Exception {
    try (Daemon daemon = Daemon.start(configured(mib), dir.resolve("state"))) {
      assertThat(daemon.disks().getFirst().unit().device().ready()).isTrue();
      assertThat(daemon.disks().getFirst().unit().device().profile().size()).isEqualTo(mib * MIB);
    }
  }

  private void grownBehindItsBack(int mib, String note) throws Exception {
    try (var file = new RandomAccessFile(dir.resolve("d.img").toFile(), "rw")) {
      file.setLength(mib * MIB);
    }
    Files.writeString(dir.resolve("state/growing-files"), note);
  }

  @Test
  void aFileThatGrewForNothingIsCutBack() throws Exception {
    served(1);
    grownBehindItsBack(3, "fileio/d %d %d\n".formatted(MIB, 3 * MIB));
    served(1);
    assertThat(Files.size(dir.resolve("d.img"))).isEqualTo(MIB);
    assertThat(dir.resolve("state/growing-files")).doesNotExist();
  }

  /** An old configuration was put back, and the note had stayed because it could not be removed. */
  @Test
  void whatHasBeenWrittenIsNotCutOffWhateverTheNoteSays() throws Exception {
    served(1);
    grownBehindItsBack(3, "fileio/d %d %d\n".formatted(MIB, 3 * MIB));
    try (var file = new RandomAccessFile(dir.resolve("d.img").toFile(), "rw")) {
      file.seek(2 * MIB);
      file.write(7);
    }
    assertThatThrownBy(() -> served(1)).hasMessageContaining("correct the configuration");
    assertThat(Files.size(dir.resolve("d.img"))).isEqualTo(3 * MIB);
    served(3);
  }

  /** The configuration was kept; only the note was not taken away. */
  @Test
  void aFileThatGrewForGoodIsNotTouchedAndNeverWillBe() throws Exception {
    served(1);
    grownBehindItsBack(3, "fileio/d %d %d\n".formatted(MIB, 3 * MIB));
    served(3);
    assertThat(dir.resolve("state/growing-files")).doesNotExist();
    assertThatThrownBy(() -> served(1)).isInstanceOf(StartException.class);
    assertThat(Files.size(dir.resolve("d.img"))).isEqualTo(3 * MIB);
  }

  /** That is somebody else's doing. */
  @Test
  void aFileThatIsLargerThanItWasToGetIsNotTouched() throws Exception {
    served(1);
    grownBehindItsBack(4, "fileio/d %d %d\n".formatted(MIB, 3 * MIB));
    assertThatThrownBy(() -> served(1)).hasMessageContaining("correct the configuration");
    assertThat(Files.size(dir.resolve("d.img"))).isEqualTo(4 * MIB);
  }

  @Test
  void aLiveGrowthLeavesNoNote() throws Exception {
    try (Daemon daemon = Daemon.start(configured(1), dir.resolve("state"))) {
      daemon.apply(
          configured(2),
          Unmade.REFUSED,
          () ->
              assertThat(dir.resolve("state/growing-files"))
                  .hasContent("fileio/d %d %d\n".formatted(MIB, 2 * MIB)));
      assertThat(dir.resolve("state/growing-files")).doesNotExist();
      assertThatThrownBy(
              () ->
                  daemon.apply(
                      configured(3),
                      Unmade.REFUSED,
                      () -> {
                        throw new StartException("the disk is full");
                      }))
          .hasMessage("the disk is full");
      assertThat(dir.resolve("state/growing-files")).doesNotExist();
      assertThat(Files.size(dir.resolve("d.img"))).isEqualTo(2 * MIB);
    }
  }
}
