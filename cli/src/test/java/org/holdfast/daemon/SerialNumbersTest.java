package org.holdfast.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SerialNumbersTest {
  private final Iterator<String> fresh = List.of("s1", "s2", "s3").iterator();

  @Test
  void aSerialNumberIsMadeOnceAndKept(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("serials");
    SerialNumbers first = SerialNumbers.load(file, fresh::next);
    assertThat(first.of("fileio/b")).isEqualTo("s1");
    assertThat(first.of("fileio/a")).isEqualTo("s2");
    assertThat(first.of("fileio/b")).isEqualTo("s1");
    assertThat(file).hasContent("fileio/a s2\nfileio/b s1\n");

    SerialNumbers second = SerialNumbers.load(file, fresh::next);
    assertThat(second.of("fileio/b")).isEqualTo("s1");
    assertThat(second.of("block/a")).isEqualTo("s3");
  }

  @Test
  void aDamagedFileStopsTheStart(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("serials"), "fileio/a s1\nfileio/b\n");
    assertThatThrownBy(() -> SerialNumbers.load(file, fresh::next))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith(file + " line 2: \"fileio/b\" is not a backstore and its serial");
  }

  @Test
  void aSerialNumberThatCannotBeKeptIsNotGivenOut(@TempDir Path dir) throws Exception {
    SerialNumbers serials = SerialNumbers.load(dir.resolve("gone/serials"), fresh::next);
    assertThatThrownBy(() -> serials.of("fileio/a"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("the serial number of fileio/a cannot be kept in");
  }
}
