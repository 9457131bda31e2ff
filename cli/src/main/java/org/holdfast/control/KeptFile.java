package org.holdfast.control;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.holdfast.backstore.StateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file in which the configuration outlives the daemon, and what stood there before: every
 * replacement keeps the former content, dated, in {@code backup/} beside it.
 *
 * <p>Nobody's work is lost: a content that the daemon neither read nor wrote is somebody's edit.
 *
 * <p>Thread: one at a time.
 */
final class KeptFile {
  private static final Logger log = LoggerFactory.getLogger(KeptFile.class);

  /** A configuration may be this long, bytes. */
  static final int LONGEST = 16 << 20;

  /** So many former contents are kept. */
  static final int BACKUPS = 20;

  /** Where they are, beside the file. */
  static final String DIRECTORY = "backup";

  private static final String SUFFIX = ".json";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss.SSS").withZone(ZoneOffset.UTC);

  private final Path file;
  private final StateFiles files;
  private final InstantSource clock;

  /** What the daemon read or wrote last; empty: there was no file. */
  private Optional<byte[]> known;

  /**
   * @param known what it holds; empty when it is not there
   */
  KeptFile(Path file, Optional<byte[]> known, StateFiles files, InstantSource clock) {
    this.file = file;
    this.known = known;
    this.files = files;
    this.clock = clock;
  }

  /**
   * What stood in the file once.
   *
   * @param saved when it was replaced
   */
  record Backup(String name, Instant saved, long bytes) {}

  Path path() {
    return file;
  }

  /** The same rules for another file, of which nothing is known. */
  KeptFile another(Path other) {
    return new KeptFile(other, Optional.empty(), files, clock);
  }

  /**
   * Somebody else has changed the file since the daemon looked at it or wrote it last.
   *
   * @throws IOException when it cannot be read
   */
  boolean edited() throws IOException {
    return !Contents.same(content(), known);
  }

  /** What the file holds is what the daemon knows from now on. */
  void learn(byte[] content) {
    known = Optional.of(content);
  }

  /** What the file holds; empty: it is not there. */
  Optional<byte[]> content() throws IOException {
    try {
      return Optional.of(files.read(file, LONGEST));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /**
   * Makes {@code next} the content, durably, and keeps what stood there.
   *
   * @param served what was served, kept when there was no file yet or it was edited
   * @throws IOException nothing has changed; or, where the message says so, it may have
   */
  void keep(byte[] next, byte[] served) throws IOException {
    keep(next, served, newBackupName());
  }

  /**
   * As {@link #keep(byte[], byte[])}.
   *
   * @param name of the backup, a new one
   */
  void keep(byte[] next, byte[] served, String name) throws IOException {
    Optional<byte[]> before = content();
    // Who takes an edited file has it in force from now on; what would be lost is what was served.
    boolean takesEdit = edited() && !Arrays.equals(next, served);
    Path backup = newBackup(name, takesEdit ? served : before.orElse(served));
    try {
      files.replace(file, next);
    } catch (IOException e) {
      SafeReplace.takeBack(files, file, next, before, e);
      discard(backup, e);
      throw e;
    }
    known = Optional.of(next);
    forgetOldest();
  }

  /** A name that no backup has. */
  String newBackupName() {
    String stamp = backupStem() + STAMP.format(clock.instant());
    String name = stamp + "-000" + SUFFIX;
    for (int i = 1; Files.exists(directory().resolve(name)); i++) {
      name = "%s-%03d%s".formatted(stamp, i, SUFFIX);
    }
    return name;
  }

  private Path newBackup(String name, byte[] content) throws IOException {
    Files.createDirectories(
        directory(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path backup = directory().resolve(name);
    files.replace(backup, content);
    return backup;
  }

  /** Removes a backup. */
  void forget(String name) throws IOException {
    files.remove(directory().resolve(name));
  }

  private void discard(Path backup, IOException failure) {
    try {
      files.remove(backup);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private void forgetOldest() {
    try {
      List<Backup> backups = backups();
      for (Backup old : backups.subList(Math.min(BACKUPS, backups.size()), backups.size())) {
        files.remove(directory().resolve(old.name()));
      }
      removeUnfinished();
    } catch (IOException e) {
      log.warn("old backups in {} could not be removed", directory(), e);
    }
  }

  /** What kills have left: each has a name of its own, so that none is ever written over. */
  private void removeUnfinished() throws IOException {
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            directory(), entry -> isUnfinished(String.valueOf(entry.getFileName())))) {
      for (Path entry : entries) {
        files.remove(entry);
      }
    }
  }

  private boolean isUnfinished(String name) {
    return name.endsWith(StateFiles.UNFINISHED)
        && isBackup(name.substring(0, name.length() - StateFiles.UNFINISHED.length()));
  }

  private Path directory() {
    return file.resolveSibling(DIRECTORY);
  }

  /** Begins the names of all backups. */
  String backupStem() {
    String name = String.valueOf(file.getFileName());
    return (name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name)
        + "-";
  }

  /** The newest first. */
  List<Backup> backups() throws IOException {
    List<Backup> backups = new ArrayList<>();
    if (!Files.isDirectory(directory())) {
      return backups;
    }
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            directory(), entry -> isBackup(String.valueOf(entry.getFileName())))) {
      for (Path entry : entries) {
        backups.add(
            new Backup(
                String.valueOf(entry.getFileName()),
                Files.getLastModifiedTime(entry).toInstant(),
                Files.size(entry)));
      }
    }
    backups.sort(Comparator.comparing(Backup::name).reversed());
    return backups;
  }

  private boolean isBackup(String name) {
    return name.startsWith(backupStem()) && name.endsWith(SUFFIX);
  }

  /**
   * The content of a backup.
   *
   * @throws NoSuchFileException when there is none of that name
   */
  byte[] backup(String name) throws IOException {
    if (backups().stream().noneMatch(backup -> backup.name().equals(name))) {
      throw new NoSuchFileException(directory().resolve(name.replace('/', '_')).toString());
    }
    return files.read(directory().resolve(name), LONGEST);
  }
}
