package org.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThatThrownBy(() -> Preferences.of(unreadable))
        .hasMessageStartingWith(unreadable + " cannot be read: ")
        .hasMessageEndingWith("; correct its permissions or remove it");
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
    history.add(Instant.EPOCH, "set auth PASSWORD=twelve-bytes-1");
    assertThat(history.size()).isZero();
    history.add(Instant.EPOCH, "set auth userid=me password=-");
    assertThat(history.get(0)).isEqualTo("set auth userid=me password=-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set auth userid=me password=twelve-bytes-1",
        "set auth mutual_password = x",
        "/iscsi set discovery_auth mutual_password=twelve-bytes-1 password=-",
        "set auth \"password\"=twelve-bytes-1",
        "set auth 'password=twelve bytes 1'",
        "set auth pass\\word=twelve-bytes-1",
        "set auth pass\"word=\"twelve-bytes-1",
        "set auth pasword=twelve-bytes-1",
        "set auth chap_secret=twelve-bytes-1",
        "set auth password= twelve-bytes-1",
        "set auth \"password=-twelve",
        "set auth password=--twelve-byte"
      })
  void thisSetsASecret(String line) {
    assertThat(Secrets.isIn(line)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "get auth password",
        "set auth password=- userid=me",
        "set auth userid=me password=-",
        "set auth password=",
        "set configuration secrets_file=/etc/holdfast/secrets.json",
        "ls 'open"
      })
  void thisDoesNot(String line) {
    assertThat(Secrets.isIn(line)).isFalse();
  }

  private static String permissions(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
