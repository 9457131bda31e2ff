package org.holdfast.control;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.holdfast.daemon.StartException;

/**
 * The place of a Unix socket in the file system. A socket outlives the process that made it: what a
 * dead one has left is replaced, what a living one listens on is not.
 */
final class SocketFile {
  /** What the kernel's address holds beside the ending zero (unix(7)), bytes. */
  private static final int LONGEST = 107;

  private static final String SUFFIX = ".new";

  private final Path path;
  private final Path beginning;

  private SocketFile(Path path) {
    this.path = path;
    this.beginning = path.resolveSibling(path.getFileName() + SUFFIX);
  }

  /**
   * Looks whether a socket can be made there, and makes its directory.
   *
   * @throws StartException naming what stands against it
   */
  static SocketFile at(Path path) throws StartException {
    SocketFile file = new SocketFile(path.toAbsolutePath().normalize());
    int length = file.beginning.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST) {
      throw new StartException(
          "control socket "
              + file.path
              + ": "
              + (length - LONGEST)
              + " bytes too long for the path of a socket; choose a shorter one with --control");
    }
    try {
      Path directory = file.path.getParent();
      if (directory != null && !Files.isDirectory(directory)) {
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      }
      if (Files.exists(file.path, LinkOption.NOFOLLOW_LINKS)) {
        file.mustBeLeftBehind();
      }
      Files.deleteIfExists(file.beginning);
      return file;
    } catch (IOException e) {
      throw file.failed(e);
    }
  }

  private void mustBeLeftBehind() throws IOException, StartException {
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isOther()) {
      throw new StartException(
          "control socket "
              + path
              + ": there is a file that is no socket; remove it, or choose another place with"
              + " --control");
    }
    if (answers()) {
      throw new StartException(
          "control socket "
              + path
              + " is in use by another process, probably another holdfast; stop that one, or choose"
              + " another place with --control (none: no control socket)");
    }
  }

  private boolean answers() {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return channel.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  /** Where to listen at first, before the permissions are right. */
  Path beginning() {
    return beginning;
  }

  /** What listens at {@link #beginning} is found at its place from now on. */
  void publish() throws StartException {
    try {
      Files.setPosixFilePermissions(beginning, PosixFilePermissions.fromString("rw-rw----"));
      Files.move(beginning, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  Path path() {
    return path;
  }

  StartException failed(Throwable e) {
    return new StartException(
        "control socket "
            + path
            + " cannot be made: "
            + e
            + "; make its directory writable or choose another place with --control",
        e);
  }

  void remove() throws IOException {
    Files.deleteIfExists(path);
  }
}
