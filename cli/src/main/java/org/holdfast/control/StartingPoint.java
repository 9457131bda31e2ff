package org.holdfast.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.Finding;
import org.holdfast.config.JoinedConfig;
import org.holdfast.config.PrivateFiles;
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
    ObjectNode document, ConfigReader.Loaded loaded, KeptConfiguration kept, boolean builtIn) {
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
    return read(file, stateDirectory, StateFiles.onDisk());
  }

  /** As {@link #read(Path, Path)}, on a certain disk. */
  static StartingPoint read(@Nullable Path file, Path stateDirectory, StateFiles files)
      throws ConfigException {
    Path place = real(file == null ? stateDirectory.resolve(FILE) : file);
    Optional<byte[]> content = content(place, file != null);
    KeptConfiguration kept = kept(place, content, files);
    JoinedConfig joined =
        content.isPresent()
            ? kept.read(content.get(), place.toString())
            : JoinedConfig.whole(EmbeddedDefault.document(stateDirectory));
    ConfigReader.Loaded loaded = joined.check(place.toString());
    if (content.isPresent()) {
      learn(kept, content.get(), joined);
    }
    return new StartingPoint(joined.document(), loaded, kept, content.isEmpty());
  }

  /**
   * What a start with {@code file} would serve.
   *
   * @throws ConfigException naming everything that is wrong
   */
  public static ConfigReader.Loaded check(Path file) throws ConfigException {
    return join(file).check(file.toString());
  }

  /** What {@code file} holds, with the passwords of the place that it names; nothing is changed. */
  public static JoinedConfig join(Path file) throws ConfigException {
    byte[] content = content(file, true).orElseThrow();
    return kept(real(file), Optional.of(content), StateFiles.onDisk())
        .read(content, file.toString());
  }

  private static KeptConfiguration kept(Path place, Optional<byte[]> content, StateFiles files) {
    return new KeptConfiguration(
        new KeptFile(place, content, files, InstantSource.system()),
        files,
        PrivateFiles.ofThisProcess());
  }

  private static void learn(KeptConfiguration kept, byte[] content, JoinedConfig joined)
      throws ConfigException {
    try {
      kept.learn(content, joined.document());
    } catch (IOException e) {
      throw new ConfigException(
          kept.path().toString(),
          List.of(
              new Finding(
                  ConfigKey.SECRETS_FILE.key(),
                  "a change of the passwords was interrupted, and cannot be ended: " + e)),
          List.of());
    }
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
