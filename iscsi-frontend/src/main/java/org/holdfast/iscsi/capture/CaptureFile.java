package org.holdfast.iscsi.capture;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Where a capture goes. Thread: the capture's writer. */
interface CaptureFile extends Closeable {
  /** Appends all remaining bytes, or fails with some of them appended. */
  void append(ByteBuffer bytes) throws IOException;

  /** Drops what lies behind the first {@code length} bytes. */
  void truncate(long length) throws IOException;

  /**
   * Makes a file that only its owner may read: it holds the data of the disk.
   *
   * @throws CaptureException when it is there already, or cannot be made
   */
  static CaptureFile create(Path path) throws CaptureException {
    if (!path.isAbsolute()) {
      throw new CaptureException(
          path + " is not an absolute path; say where the daemon is to write, from / on");
    }
    try {
      return new Real(
          FileChannel.open(
              path,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
    } catch (FileAlreadyExistsException e) {
      throw new CaptureException(
          path + " is there already, and a capture overwrites nothing; choose another name", e);
    } catch (IOException e) {
      throw new CaptureException(
          path + " cannot be made: " + e + "; choose a directory that the daemon may write to", e);
    }
  }

  /** A file of the file system. */
  record Real(FileChannel channel) implements CaptureFile {
    @Override
    public void append(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public void truncate(long length) throws IOException {
      channel.truncate(length).position(length);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
