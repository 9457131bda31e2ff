package org.holdfast.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
  @Test
  void itIsMadeForItsOwnerAlone(@TempDir Path dir) throws Exception {
    try (StateDirectory state = StateDirectory.open(dir.resolve("a/b"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.path())))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void oneDaemonHoldsItAtATime(@TempDir Path dir) throws Exception {
    try (StateDirectory first = StateDirectory.open(dir)) {
      assertThatThrownBy(() -> StateDirectory.open(first.path()))
          .isInstanceOf(StartException.class)
          .hasMessage(
              "state directory %s is in use by another holdfast (process %d); stop that one or"
                  + " choose another with --state-dir",
              dir, ProcessHandle.current().pid());
    }
    StateDirectory.open(dir).close();
  }

  @Test
  void aFileInItsPlaceIsNamed(@TempDir Path dir) throws Exception {
    Path file = Files.createFile(dir.resolve("file"));
    assertThatThrownBy(() -> StateDirectory.open(file))
        .isInstanceOf(StartException.class)
        .hasMessage(file + " is not a directory; choose another --state-dir");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() {
    // Not even root makes directories here.
    assertThatThrownBy(() -> StateDirectory.open(Path.of("/proc/holdfast")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("state directory /proc/holdfast")
        .hasMessageEndingWith("make it writable or choose another with --state-dir");
  }

  /** Root may write anywhere. */
  @Test
  void aPlaceThatMayNotBeWrittenIsNamed(@TempDir Path dir) throws Exception {
    assumeFalse("root".equals(System.getProperty("user.name")), "root may write anywhere");
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("r-xr-xr-x"));
    assertThatThrownBy(() -> StateDirectory.open(dir))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("state directory " + dir + ": no permission to write ");
  }

  @Test
  void aDirectoryInItThatCannotBeMadeIsNamed(@TempDir Path dir) throws Exception {
    try (StateDirectory state = StateDirectory.open(dir)) {
      Files.createFile(dir.resolve("reservations"));
      assertThatThrownBy(() -> state.directory("reservations"))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith(dir.resolve("reservations") + " cannot be made: ")
          .hasMessageEndingWith("; reservations are kept there");
    }
  }
}
