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
  /**
   * The content of {@code file}.
   *
   * @param most bytes; a longer file is an error
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  byte[] read(Path file, int most) throws IOException;

  /**
   * Makes {@code content} the content of {@code file}, durably: when this returns, a power cut
   * leaves the new content; when it throws, the old content stands, in memory and on the medium.
   */
  void replace(Path file, byte[] content) throws IOException;

  /** Removes {@code file}, durably, if it is there. */
  void remove(Path file) throws IOException;

  /** On the file system. */
  static StateFiles onDisk() {
    return new OnDisk();
  }

  /** Temp file, fsync, rename, fsync of the directory. */
  final class OnDisk implements StateFiles {
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
      Path temporary = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(temporary);
      Files.createFile(
          temporary,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer left = ByteBuffer.wrap(content);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      syncDirectory(file);
    }

    @Override
    public void remove(Path file) throws IOException {
      if (Files.deleteIfExists(file)) {
        syncDirectory(file);
      }
    }

    /** The rename is durable only when its directory is. */
    private static void syncDirectory(Path file) throws IOException {
      Path directory = file.toAbsolutePath().getParent();
      if (directory == null) {
        throw new IOException(file + " has no directory");
      }
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
