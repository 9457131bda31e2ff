package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is durable when, seen at each fsync. A full file system is {@link FullStateDirectoryTest}'s.
 *
 * <p>Seen to fail: with the fsync of the temp file left out, or behind the rename, or the
 * directory's before it, {@code theContentIsDurableBeforeItHasTheNameAndThenTheName} shows other
 * steps; without {@code discard} a failed replacement leaves its temp file.
 */
class StateFilesTest {
  private static final byte[] OLD = bytes("the old content, longer than the new one");
  private static final byte[] NEW = bytes("the new content");

  @TempDir Path directory;
  private Path file;
  private final List<String> steps = new ArrayList<>();
  private String failAt = "";

  /** Notes what both names hold when something is made durable; fails where the test says so. */
  private final StateFiles files = new StateFiles.OnDisk(this::sync);

  private void sync(FileChannel channel, Path what) throws IOException {
    String name = directory.equals(what) ? "directory" : what.getFileName().toString();
    steps.add("%s: table %s, table.new %s".formatted(name, held("table"), held("table.new")));
    if (name.equals(failAt)) {
      throw new IOException("Input/output error");
    }
    channel.force(true);
  }

  private String held(String name) throws IOException {
    Path path = directory.resolve(name);
    if (!Files.exists(path)) {
      return "missing";
    }
    byte[] content = Files.readAllBytes(path);
    return Arrays.equals(content, OLD) ? "old" : Arrays.equals(content, NEW) ? "new" : "other";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @BeforeEach
  void oldContent() throws IOException {
    file = directory.resolve("table");
    Files.write(file, OLD);
  }

  @Test
  void theContentIsDurableBeforeItHasTheNameAndThenTheName() throws IOException {
    files.replace(file, NEW);
    assertThat(steps)
        .containsExactly(
            "table.new: table old, table.new new", "directory: table new, table.new missing");
    assertThat(files.read(file, NEW.length)).isEqualTo(NEW);
  }

  @Test
  void onlyTheOwnerMayReadIt() throws IOException {
    files.replace(file, NEW);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void contentThatCannotBeMadeDurableNeverGetsTheName() throws IOException {
    failAt = "table.new";
    assertThatThrownBy(() -> files.replace(file, NEW)).hasMessage("Input/output error");
    assertThat(file).hasBinaryContent(OLD);
    assertThat(directory.resolve("table.new")).doesNotExist();
  }

  @Test
  void aDirectoryThatCannotBeMadeDurableIsAFailure() {
    failAt = "directory";
    assertThatThrownBy(() -> files.replace(file, NEW)).hasMessage("Input/output error");
    assertThatThrownBy(() -> files.remove(file)).hasMessage("Input/output error");
  }

  @Test
  void whatACrashLeftOfATempFileIsNeitherReadNorInTheWay() throws IOException {
    Path leftover = Files.write(directory.resolve("table.new"), bytes("x".repeat(10_000)));
    assertThat(files.read(file, OLD.length)).isEqualTo(OLD);
    files.replace(file, NEW);
    assertThat(file).hasBinaryContent(NEW);
    assertThat(leftover).doesNotExist();
  }

  @Test
  void aFileIsReadWholeOrNotAtAll() {
    IOException tooLong =
        catchThrowableOfType(IOException.class, () -> files.read(file, OLD.length - 1));
    assertThat(tooLong).hasMessageContainingAll(OLD.length + " bytes", "" + (OLD.length - 1));
    assertThatThrownBy(() -> files.read(directory.resolve("none"), 10))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void removalIsDurableAndMayBeRepeated() throws IOException {
    files.remove(file);
    assertThat(steps).containsExactly("directory: table missing, table.new missing");
    files.remove(file);
    assertThat(file).doesNotExist();
  }
}
