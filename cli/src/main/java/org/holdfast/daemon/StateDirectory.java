package org.holdfast.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The directory that outlives the process. One daemon holds it at a time. */
public final class StateDirectory implements AutoCloseable {
  private static final int MOST_PID_DIGITS = 20;

  private final Path path;
  private final FileChannel lockFile;

  private StateDirectory(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /** Makes the directory where it is missing and takes it. */
  public static StateDirectory open(Path path) throws StartException {
    try {
      // Later: reservation tables and secrets. Nobody else's business.
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return new StateDirectory(path, lock(path));
    } catch (FileAlreadyExistsException e) {
      throw new StartException(e.getFile() + " is not a directory; choose another --state-dir", e);
    } catch (AccessDeniedException e) {
      throw new StartException(
          "state directory " + path + ": no permission to write " + e.getFile() + advice(), e);
    } catch (IOException e) {
      throw new StartException(
          "state directory " + path + " cannot be written: " + reason(e) + advice(), e);
    }
  }

  /** A FileSystemException's message may be no more than the path. */
  private static String reason(IOException e) {
    return e instanceof FileSystemException f && f.getReason() == null
        ? e.getClass().getSimpleName() + " " + f.getFile()
        : String.valueOf(e.getMessage());
  }

  private static String advice() {
    return "; make it writable or choose another with --state-dir";
  }

  private static FileChannel lock(Path path) throws IOException, StartException {
    FileChannel file =
        FileChannel.open(
            path.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      if (tryLock(file) == null) {
        throw new StartException(
            "state directory "
                + path
                + " is in use by another holdfast"
                + holder(file)
                + "; stop that one or choose another with --state-dir");
      }
      file.truncate(0);
      file.write(
          StandardCharsets.US_ASCII.encode(String.valueOf(ProcessHandle.current().pid())), 0);
      return file;
    } catch (IOException | StartException e) {
      file.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // This process has it.
    }
  }

  private static String holder(FileChannel file) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(MOST_PID_DIGITS);
    file.read(pid, 0);
    String digits = StandardCharsets.US_ASCII.decode(pid.flip()).toString();
    return digits.isEmpty() ? "" : " (process " + digits + ")";
  }

  public Path path() {
    return path;
  }

  /** A file in it. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /** A directory in it, made where it is missing. */
  Path directory(String name) throws StartException {
    Path directory = file(name);
    try {
      return Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new StartException(
          directory + " cannot be made: " + e.getMessage() + "; " + name + " are kept there", e);
    }
  }

  /** Lets the directory go; the lock file stays. */
  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      // The kernel has dropped the lock all the same, and there is nothing to be lost in the file.
      throw new UncheckedIOException("closing the lock of " + path, e);
    }
  }
}
