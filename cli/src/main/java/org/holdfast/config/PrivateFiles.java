package org.holdfast.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Files that hold secrets. One that others can read, or that somebody else may change, is refused
 * before it is read.
 *
 * @param user number of the user who may own them, beside root
 * @param credentials the directory in which systemd puts a service's credentials (systemd.exec(5),
 *     LoadCredential=). It lets nobody else in, and what is in it may be readable by its group
 */
public record PrivateFiles(int user, Optional<Path> credentials) {
  private static final int ROOT = 0;
  private static final Set<PosixFilePermission> OWNERS =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> CREDENTIALS =
      PosixFilePermissions.fromString("rwxr-----");

  /** Variable of the environment that names {@link #credentials}. */
  static final String CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY";

  /** A file cannot be used; the message says which, why, and what to do. */
  public static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    public RefusedException(String message) {
      super(message);
    }
  }

  /** As this process may read them. */
  public static PrivateFiles ofThisProcess() {
    int user;
    try {
      user = owner(Path.of("/proc/self"));
    } catch (IOException | UnsupportedOperationException _) {
      user = ROOT; // Nobody but root, then.
    }
    return new PrivateFiles(user, directory(System.getenv()));
  }

  static Optional<Path> directory(Map<String, String> environment) {
    return Optional.ofNullable(environment.get(CREDENTIALS_VARIABLE))
        .filter(text -> text.startsWith("/"))
        .map(Path::of);
  }

  private static int owner(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:uid");
  }

  /**
   * What {@code file} holds.
   *
   * @param most bytes; a longer one is refused
   * @throws RefusedException it is not there, not private or too long
   * @throws IOException it cannot be read; the message is the system's
   */
  public byte[] read(Path file, int most) throws IOException {
    try {
      if (!Files.isRegularFile(file)) {
        throw new RefusedException(
            file + (Files.exists(file) ? " is no regular file" : ": there is no such file"));
      }
      mustBePrivate(file);
      if (Files.size(file) > most) {
        throw new RefusedException(
            file + " is " + Files.size(file) + " bytes long, more than " + most);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException _) {
      throw new RefusedException(file + ": there is no such file");
    }
  }

  private void mustBePrivate(Path file) throws IOException {
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
    boolean credential = credentials.filter(file.normalize()::startsWith).isPresent();
    if (!(credential ? CREDENTIALS : OWNERS).containsAll(mode)) {
      throw new RefusedException(
          file
              + " holds secrets and is not for its owner alone (mode "
              + PosixFilePermissions.toString(mode)
              + "); run 'chmod 600 "
              + file
              + "', and change the secrets if somebody may have read them");
    }
    int owner = owner(file);
    if (owner != ROOT && owner != user) {
      throw new RefusedException(
          file
              + " holds secrets and belongs to the user "
              + owner
              + ", neither to root nor to the user "
              + user
              + " who runs this; run 'chown "
              + user
              + " "
              + file
              + "' if what it says is right");
    }
  }
}
