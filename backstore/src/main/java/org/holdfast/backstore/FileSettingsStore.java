package org.holdfast.backstore;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.holdfast.scsi.SettingsStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one logical unit's settings in a file of the state directory, named after the unit's own
 * NAA designator. The file is replaced whole ({@link StateFiles#replace}), so a crash leaves the
 * old settings or the new ones. A file that is there and cannot be trusted is reported, never read
 * as "no settings": it may say that the unit's data was being erased.
 */
public final class FileSettingsStore implements SettingsStore {
  private static final Logger log = LoggerFactory.getLogger(FileSettingsStore.class);

  /** Longest file that is read, in bytes. */
  private static final int MAX_BYTES = 1 << 16;

  private final StateFiles files;
  private final String unit;
  private final Path file;
  private final Executor writer;

  /**
   * What the file holds, as far as is known; null before it was read with success. Put back when a
   * commit fails half-way. Owner: the starting thread, then the writer.
   */
  private volatile @Nullable Map<String, String> kept;

  /**
   * A store for {@code unit}.
   *
   * @param directory exists and is writable; one daemon owns it
   * @param unit NAA designator, 32 hex digits
   * @param writer where blocking file operations run; commits of one store never overlap
   */
  public FileSettingsStore(StateFiles files, Path directory, String unit, Executor writer) {
    this.files = files;
    this.unit = unit;
    this.file = directory.resolve(unit + ".settings");
    this.writer = writer;
  }

  /** Where the settings are kept, for messages. */
  public Path file() {
    return file;
  }

  @Override
  public boolean isDurable() {
    return true;
  }

  @Override
  public Kept load() {
    try {
      Map<String, String> found = SettingsText.decode(unit, files.read(file, MAX_BYTES));
      kept = found;
      return new Kept.Settings(found);
    } catch (NoSuchFileException e) {
      kept = Map.of();
      return new Kept.Settings(Map.of());
    } catch (IOException e) {
      return new Kept.Unreadable(
          "%s: %s. Put a good copy back; or, if the disk was not being erased and its saved mode"
                  .formatted(file, e.getMessage())
              + " pages and identifying information may be lost, remove the file. Then restart");
    }
  }

  @Override
  public void commit(Map<String, String> settings, Consumer<@Nullable String> done) {
    Map<String, String> before = kept;
    if (before == null) {
      done.accept(file + ": not written, since what it holds could not be read");
      return;
    }
    try {
      writer.execute(() -> done.accept(write(before, settings)));
    } catch (RejectedExecutionException e) {
      done.accept(file + ": not written, since the daemon is stopping");
    }
  }

  private @Nullable String write(Map<String, String> before, Map<String, String> settings) {
    byte[] content = SettingsText.encode(unit, settings);
    try {
      files.replace(file, content);
      kept = Map.copyOf(settings);
      return null;
    } catch (IOException e) {
      putBack(before, content, e);
      return "%s: %s".formatted(file, e.getMessage());
    }
  }

  /** The failure may have come after the rename: what was refused must not be found later. */
  private void putBack(Map<String, String> before, byte[] refused, IOException failure) {
    try {
      if (Arrays.equals(files.read(file, MAX_BYTES), refused)) {
        files.replace(file, SettingsText.encode(unit, before));
      }
    } catch (NoSuchFileException e) {
      log.debug("{}: was never written", file);
    } catch (IOException e) {
      failure.addSuppressed(e);
      log.error(
          "{}: may hold a setting that was refused; a restart would bring it to life",
          file,
          failure);
    }
  }
}
