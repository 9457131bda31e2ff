package org.holdfast.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.Finding;
import org.holdfast.daemon.EmbeddedDefault;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a daemon begins with, and where what becomes of it is kept.
 *
 * @param document the configuration as it is written
 * @param loaded what it comes to
 * @param kept its file, which need not be there yet
 * @param builtIn there was no file, so what is built in is served
 */
public record StartingPoint(
    ObjectNode document, ConfigReader.Loaded loaded, KeptFile kept, boolean builtIn) {
  /** In the state directory, when no file was named. */
  static final String FILE = "saveconfig.json";

  /**
   * Reads what is to be served: {@code file}; without one what an earlier daemon has kept in the
   * state directory; without that what is built in.
   *
   * @throws ConfigException naming everything that is wrong
   */
  public static StartingPoint read(@Nullable Path file, Path stateDirectory)
      throws ConfigException {
    Path place = real(file == null ? stateDirectory.resolve(FILE) : file);
    Optional<byte[]> content = content(place, file != null);
    ObjectNode document =
        content.isPresent()
            ? ConfigReader.tree(new String(content.get(), StandardCharsets.UTF_8), place.toString())
            : EmbeddedDefault.document(stateDirectory);
    return new StartingPoint(
        document,
        ConfigReader.check(document, place.toString()),
        new KeptFile(place, content, StateFiles.onDisk(), InstantSource.system()),
        content.isEmpty());
  }

  /** Where it is kept. */
  public Path file() {
    return kept.path();
  }

  /** A link stays a link: what it leads to is replaced. */
  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException _) {
      return file.toAbsolutePath().normalize();
    }
  }

  private static Optional<byte[]> content(Path file, boolean required) throws ConfigException {
    String why;
    try {
      if (Files.exists(file) || required) {
        return Optional.of(StateFiles.onDisk().read(file, KeptFile.LONGEST));
      }
      return Optional.empty();
    } catch (NoSuchFileException _) {
      why = "there is no such file";
    } catch (IOException e) {
      why = "cannot be read: " + e;
    }
    throw new ConfigException(file.toString(), List.of(new Finding("", why)), List.of());
  }
}
