package org.holdfast.control;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.PrivateFiles;
import tools.jackson.databind.node.ObjectNode;

/**
 * The file that holds the passwords of a configuration, and how the two change as one.
 *
 * <p>Two files cannot be renamed at once, and a kill may come between any two steps. Still a start
 * must find the old configuration with the old passwords or the new one with the new. So the rename
 * of the configuration file is the one moment at which a change happens:
 *
 * <ol>
 *   <li>the new passwords go to a third file beside theirs, {@code .pending}, with the digests of
 *       the configuration before and after;
 *   <li>the configuration file is replaced;
 *   <li>the passwords are replaced;
 *   <li>the third file is removed.
 * </ol>
 *
 * <p>Whoever finds a third file asks which configuration is there. Is it the one before, the change
 * never happened: what is pending is forgotten, and the passwords are still the old ones (a kill up
 * to step 2). Is it the one after, the change has happened: what is pending holds, and step 3 is
 * done now (a kill after step 2; doing it twice changes nothing). Every step is durable before the
 * next begins, so there is no other state, unless somebody edits a file meanwhile. Then nobody can
 * say what was meant, and it is asked for instead of guessed.
 *
 * <p>Where only one of the two files changes, its rename is the moment, and nothing is pending.
 *
 * @param path of the passwords
 */
record SecretsFile(Path path, StateFiles files, PrivateFiles privates) {
  private static final String PENDING = ".pending";
  private static final String BACKUP = ".secrets";

  /** A link stays a link: what it leads to is replaced. */
  static SecretsFile at(Path path, StateFiles files, PrivateFiles privates) {
    Path real;
    try {
      real = path.toRealPath();
    } catch (IOException _) {
      real = path.toAbsolutePath().normalize();
    }
    return new SecretsFile(real, files, privates);
  }

  private Path pending() {
    return path.resolveSibling(path.getFileName() + PENDING);
  }

  /** What it holds now; empty: it is not there. */
  Optional<byte[]> content() throws IOException {
    try {
      return Optional.of(files.read(path, KeptFile.LONGEST));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /**
   * What holds beside a configuration file; nothing is changed.
   *
   * @param main what that file holds
   * @throws PrivateFiles.RefusedException nobody can say, or others can read it
   */
  byte[] beside(byte[] main) throws IOException {
    Optional<PendingSecrets> change = readPending();
    if (change.isPresent() && happened(change.get(), Optional.of(main))) {
      return Json.pretty(change.get().secrets());
    }
    try {
      return privates.read(path, KeptFile.LONGEST);
    } catch (PrivateFiles.RefusedException e) {
      throw Files.exists(path, LinkOption.NOFOLLOW_LINKS)
          ? e
          : new PrivateFiles.RefusedException(
              path
                  + ": there is no such file; bring it back, or begin one: (umask 077; echo '{}' > "
                  + path
                  + ")");
    }
  }

  private Optional<PendingSecrets> readPending() throws IOException {
    if (!Files.exists(pending(), LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    Optional<PendingSecrets> change =
        PendingSecrets.of(privates.read(pending(), KeptFile.LONGEST * 2));
    if (change.isEmpty()) {
      throw undecided("is no pending change");
    }
    return change;
  }

  /** Whether a pending change has happened; false: it never did. */
  private boolean happened(PendingSecrets change, Optional<byte[]> main) throws IOException {
    String now = PendingSecrets.digest(main);
    if (now.equals(change.before())) {
      return false;
    }
    String secrets = PendingSecrets.digest(content());
    boolean ours =
        secrets.equals(change.old())
            || secrets.equals(PendingSecrets.digest(Optional.of(Json.pretty(change.secrets()))));
    if (!now.equals(change.after()) || !ours) {
      throw undecided(
          "is left of a change that was interrupted, and the configuration or "
              + path
              + " was edited since");
    }
    return true;
  }

  private PrivateFiles.RefusedException undecided(String why) {
    return new PrivateFiles.RefusedException(
        pending()
            + " "
            + why
            + "; look at all three, and remove "
            + pending()
            + " when the other two are as they should be");
  }

  /**
   * Ends what was interrupted, one way or the other.
   *
   * @param main what the configuration file holds; empty: it is not there
   */
  void settle(Optional<byte[]> main) throws IOException {
    Optional<PendingSecrets> change = readPending();
    if (change.isPresent()) {
      if (happened(change.get(), main)) {
        files.replace(path, Json.pretty(change.get().secrets()));
      }
      files.remove(pending());
    }
  }

  /** Step 1. */
  void begin(Optional<byte[]> before, byte[] after, ObjectNode secrets) throws IOException {
    files.replace(
        pending(),
        new PendingSecrets(
                PendingSecrets.digest(before),
                PendingSecrets.digest(Optional.of(after)),
                PendingSecrets.digest(content()),
                secrets)
            .bytes());
  }

  /** Steps 3 and 4. */
  void finish(byte[] secrets) throws IOException {
    files.replace(path, secrets);
    files.remove(pending());
  }

  /** Instead of them, when step 2 was not done. */
  void abandon() throws IOException {
    files.remove(pending());
  }

  /**
   * Replaces it alone; when that fails, the old content stands.
   *
   * @throws IOException also when nobody can say which content stands; the message says so
   */
  void replace(byte[] next) throws IOException {
    Optional<byte[]> before = content();
    try {
      files.replace(path, next);
    } catch (IOException e) {
      SafeReplace.takeBack(files, path, next, before, e);
      throw e;
    }
  }

  // ---- What stood there before, named after the backup of the configuration that it belongs to.

  private Path backup(String name) {
    return path.resolveSibling(KeptFile.DIRECTORY).resolve(prefix() + name + BACKUP);
  }

  private String prefix() {
    return path.getFileName() + ".";
  }

  void keepBackup(String name, byte[] content) throws IOException {
    Files.createDirectories(
        path.resolveSibling(KeptFile.DIRECTORY),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    files.replace(backup(name), content);
  }

  /**
   * What belongs to a backup of the configuration.
   *
   * @throws PrivateFiles.RefusedException it is not there
   */
  byte[] readBackup(String name) throws IOException {
    try {
      return privates.read(backup(name), KeptFile.LONGEST);
    } catch (PrivateFiles.RefusedException e) {
      throw Files.exists(backup(name))
          ? e
          : new PrivateFiles.RefusedException(
              "the passwords that belong to "
                  + name
                  + " are not there: "
                  + backup(name)
                  + "; go back to another backup, or apply a file that has them");
    }
  }

  void forgetBackup(String name) throws IOException {
    files.remove(backup(name));
  }

  /**
   * Forgets those whose configurations are forgotten.
   *
   * @param stem begins the names of all backups of this configuration
   */
  void forgetBackups(String stem, Set<String> kept) throws IOException {
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(path.resolveSibling(KeptFile.DIRECTORY))) {
      for (Path entry : entries) {
        String file = String.valueOf(entry.getFileName());
        if (file.startsWith(prefix() + stem)
            && file.endsWith(BACKUP)
            && !kept.contains(file.substring(prefix().length(), file.length() - BACKUP.length()))) {
          files.remove(entry);
        }
      }
    }
  }

  boolean holds(Optional<byte[]> content) throws IOException {
    return Contents.same(content(), content);
  }
}
