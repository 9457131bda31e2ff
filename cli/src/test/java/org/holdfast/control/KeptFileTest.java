package org.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.PrivateFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class KeptFileTest {
  @TempDir Path dir;
  private Instant now = Instant.parse("2026-11-21T10:20:30.123Z");

  /** A disk on which replacing some files fails, before or after the new content is in place. */
  private record Trouble(Predicate<Path> when, boolean afterwards) implements StateFiles {
    @Override
    public byte[] read(Path file, int most) throws IOException {
      return StateFiles.onDisk().read(file, most);
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
      boolean fails = when.test(file);
      if (!fails || afterwards) {
        StateFiles.onDisk().replace(file, content);
      }
      if (fails) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public void remove(Path file) throws IOException {
      StateFiles.onDisk().remove(file);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private KeptFile kept(StateFiles files, String content) throws IOException {
    Path file = Files.writeString(dir.resolve("config.json"), content);
    InstantSource clock = () -> now;
    return new KeptFile(file, Optional.of(bytes(content)), files, clock);
  }

  @Test
  void whatStoodThereIsKeptAndTheOldestIsForgotten() throws Exception {
    KeptFile kept = kept(StateFiles.onDisk(), "0");
    for (int i = 1; i <= KeptFile.BACKUPS + 5; i++) {
      kept.keep(bytes("" + i), bytes("not used"));
      now = now.plusMillis(i % 2); // Two of them in the same millisecond.
    }
    assertThat(dir.resolve("config.json")).hasContent("" + (KeptFile.BACKUPS + 5));
    assertThat(kept.backups()).hasSize(KeptFile.BACKUPS);
    assertThat(kept.backup(kept.backups().getFirst().name())).isEqualTo(bytes("24"));
    assertThat(kept.backup(kept.backups().getLast().name())).isEqualTo(bytes("5"));
    assertThat(kept.edited()).isFalse();
    Files.writeString(dir.resolve("config.json"), "mine");
    assertThat(kept.edited()).isTrue();
    Files.delete(dir.resolve("config.json"));
    assertThat(kept.edited()).isTrue();
  }

  @Test
  void whatAnEditWouldLoseIsKept() throws Exception {
    KeptFile kept = kept(StateFiles.onDisk(), "served");
    Files.writeString(dir.resolve("config.json"), "edited");
    kept.keep(bytes("edited, as it is written"), bytes("served"));
    assertThat(kept.backup(kept.backups().getFirst().name()))
        .as("the edit was taken, and what was served is where rollback finds it")
        .isEqualTo(bytes("served"));
    now = now.plusSeconds(1);
    Files.writeString(dir.resolve("config.json"), "edited again");
    kept.keep(bytes("served"), bytes("served"));
    assertThat(kept.backup(kept.backups().getFirst().name()))
        .as("the edit was overwritten, and is not lost")
        .isEqualTo(bytes("edited again"));
  }

  /** Each has a name of its own, so that nothing would ever write over it. */
  @Test
  void aBackupThatAKillCutShortIsRemovedWithTheNextChange() throws Exception {
    KeptFile kept = kept(StateFiles.onDisk(), "0");
    kept.keep(bytes("1"), bytes("not used"));
    Path left = dir.resolve("backup/config-20261121-102030.100-000.json.new");
    Path foreign = dir.resolve("backup/notes.new");
    Files.writeString(left, "half of");
    Files.writeString(foreign, "mine");
    assertThat(kept.backups()).hasSize(1);
    kept.keep(bytes("2"), bytes("not used"));
    assertThat(left).doesNotExist();
    assertThat(foreign).hasContent("mine");
    assertThat(kept.backups()).hasSize(2);
  }

  @Test
  void aFullDiskLeavesTheOldContentAndNoBackup() throws Exception {
    for (String where : List.of("config.json", "backup")) {
      KeptFile kept = kept(new Trouble(file -> file.toString().contains(where), false), "old");
      assertThatThrownBy(() -> kept.keep(bytes("new"), bytes("old")))
          .hasMessage("No space left on device");
      assertThat(dir.resolve("config.json")).hasContent("old");
      assertThat(kept.backups()).isEmpty();
      assertThat(kept.edited()).isFalse();
    }
  }

  /** The rename was done, but nobody knows whether it survives: nobody is told that it did. */
  @Test
  void whatIsNotSurelyDurableIsTakenBack() throws Exception {
    boolean[] once = {true};
    Predicate<Path> first =
        file -> {
          boolean now = once[0] && file.endsWith("config.json");
          once[0] &= !now;
          return now;
        };
    KeptFile kept = kept(new Trouble(first, true), "old");
    assertThatThrownBy(() -> kept.keep(bytes("new"), bytes("old")))
        .hasMessage("No space left on device");
    assertThat(dir.resolve("config.json")).hasContent("old");
    KeptFile always = kept(new Trouble(file -> file.endsWith("config.json"), true), "old");
    assertThatThrownBy(() -> always.keep(bytes("new"), bytes("old")))
        .hasMessageContaining("may hold the new configuration at the next start");
  }

  @Test
  void theAdministratorIsToldThatNothingWasChanged() throws Exception {
    String text = Fixture.text(dir);
    ObjectNode document = ConfigReader.tree(text, "test");
    StartingPoint start =
        new StartingPoint(
            document,
            ConfigReader.check(document, "test"),
            new KeptConfiguration(
                kept(new Trouble(file -> file.endsWith("config.json"), false), text),
                StateFiles.onDisk(),
                PrivateFiles.ofThisProcess()),
            false);
    ConfigService service =
        new ConfigService((_, _, keeper) -> keeper.keep(), start, List.of(), List::of);
    ObjectNode wanted = document.deepCopy();
    Fixture.disks(wanted).remove(1);
    Problem problem =
        catchThrowableOfType(Problem.class, () -> service.change(wanted, OptionalLong.empty(), ""));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_KEPT);
    assertThat(problem)
        .hasMessage(
            "%s could not be written (No space left on device); nothing was changed. Make room or"
                + " the place writable, and try again",
            dir.resolve("config.json"));
    assertThat(service.held().revision()).isEqualTo(1);
    assertThat(service.held().document()).isEqualTo(document);
  }
}
