package org.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the shell leaves in the user's home. */
class KeptFilesTest {
  @TempDir private Path directory;

  @Test
  void preferencesAndBookmarksAreThereNextTime() throws Exception {
    Path file = directory.resolve("new").resolve("shell.json");
    Preferences first = Preferences.of(file);
    first.set(Preference.AUTO_ADD_MAPPED_LUNS, "true");
    first.addBookmark("here", Place.of("iscsi"));
    Preferences next = Preferences.of(file);
    assertThat(next.isOn(Preference.AUTO_ADD_MAPPED_LUNS)).isTrue();
    assertThat(next.isOn(Preference.COLOR_MODE)).isTrue();
    assertThat(next.bookmark("here")).isEqualTo(Place.of("iscsi"));
    assertThat(permissions(file)).isEqualTo("rw-------");
  }

  @Test
  void aFileThatIsNotOursIsNamed() throws Exception {
    Path file = Files.writeString(directory.resolve("shell.json"), "hello");
    assertThatThrownBy(() -> Preferences.of(file))
        .hasMessage(file + " is not JSON; it holds the shell's settings, remove it");
    Path unreadable = Files.createDirectory(directory.resolve("shell"));
    assertThatThrownBy(() -> Preferences.of(unreadable)).hasMessageContaining("cannot be read");
  }

  @Test
  void whatCannotBeKeptIsSaidAndHoldsForNow() throws Exception {
    Preferences preferences = Preferences.forgetful();
    assertThat(preferences.count(Preference.PROMPT_LENGTH)).isEqualTo(30);
    Preferences nowhere = Preferences.of(directory.resolve("a.json"));
    Files.createDirectory(directory.resolve("a.json"));
    Files.createFile(directory.resolve("a.json").resolve("full"));
    assertThatThrownBy(() -> nowhere.set(Preference.PROMPT_LENGTH, "5"))
        .hasMessageStartingWith("it holds for this session, but cannot be kept in ");
    assertThat(nowhere.count(Preference.PROMPT_LENGTH)).isEqualTo(5);
  }

  @Test
  void theHistoryIsForItsOwnerAndKnowsNoSecrets() throws Exception {
    Path file = directory.resolve("state").resolve("history");
    LineHistory.prepare(file);
    assertThat(permissions(file)).isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    LineHistory.prepare(file);
    assertThat(permissions(file)).isEqualTo("rw-------");
  }

  @Test
  void linesThatSetASecretAreNotRemembered() {
    LineHistory history = new LineHistory();
    assertThat(Secrets.isIn("set auth userid=me password=twelve-bytes-1")).isTrue();
    assertThat(Secrets.isIn("set auth mutual_password = x")).isTrue();
    assertThat(Secrets.isIn("get auth password")).isFalse();
    history.add(Instant.EPOCH, "set auth PASSWORD=twelve-bytes-1");
    assertThat(history.size()).isZero();
  }

  private static String permissions(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
