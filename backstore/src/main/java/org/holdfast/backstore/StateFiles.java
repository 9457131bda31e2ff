package org.holdfast.backstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Small files of the state directory, read and replaced whole. An interface, so that tests can put
 * a disk under it that is full or broken.
 */
public interface StateFiles {
  /** A file whose name ends so is not finished, or never was: a kill has left it. */
  String UNFINISHED = ".new";

  /**
   * The content of {@code file}.
   *
   * @param most bytes; a longer file is an error
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  byte[] read(Path file, int most) throws IOException;

  /**
   * Makes {@code content} the content of {@code file}, durably: when this returns, a power cut
   * leaves the new content. When it throws, {@link #read} tells whether the old content stands or
   * the new one; a power cut may leave either, and never a mixture.
   */
  void replace(Path file, byte[] content) throws IOException;

  /** Removes {@code file}, durably, if it is there. */
  void remove(Path file) throws IOException;

  /** On the file system. */
  static StateFiles onDisk() {
    return new OnDisk((channel, _) -> channel.force(true));
  }

  /**
   * Temp file, fsync, rename, fsync of the directory. What is left of a temp file after a crash is
   * never read, and the next replacement overwrites it.
   */
  final class OnDisk implements StateFiles {
    /** Makes durable what has been done to a file or directory. */
    @FunctionalInterface
    interface Sync {
      /**
       * @param what the path that {@code channel} was opened with, for tests
       */
      void force(FileChannel channel, Path what) throws IOException;
    }

    private final Sync sync;

    OnDisk(Sync sync) {
      this.sync = sync;
    }

    @Override
    public byte[] read(Path file, int most) throws IOException {
      long size = Files.size(file);
      if (size > most) {
        throw new IOException("it is " + size + " bytes long, which is more than " + most);
      }
      return Files.readAllBytes(file);
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
      Path temporary = file.resolveSibling(file.getFileName() + UNFINISHED);
      try {
        write(temporary, content);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        discard(temporary, e);
        throw e;
      }
      syncDirectory(file);
    }

    private void write(Path temporary, byte[] content) throws IOException {
      Files.deleteIfExists(temporary);
      Files.createFile(
          temporary,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer left = ByteBuffer.wrap(content);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        sync.force(channel, temporary);
      }
    }

    /** A full disk needs its blocks back. */
    private static void discard(Path temporary, IOException failure) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }

    @Override
    public void remove(Path file) throws IOException {
      if (Files.deleteIfExists(file)) {
        syncDirectory(file);
      }
    }

    /** The rename is durable only when its directory is. */
    private void syncDirectory(Path file) throws IOException {
      Path directory = file.toAbsolutePath().getParent();
      if (directory == null) {
        throw new IOException(file + " has no directory");
      }
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        sync.force(channel, directory);
      }
    }
  }
}
