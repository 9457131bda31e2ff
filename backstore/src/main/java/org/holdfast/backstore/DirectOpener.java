package org.holdfast.backstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.holdfast.backstore.BackstoreException.Reason;
import org.holdfast.backstore.FileDeviceOptions.Access;
import org.holdfast.backstore.linux.CLibrary;
import org.holdfast.backstore.linux.DirectIoLimits;
import org.holdfast.backstore.linux.OsException;
import org.holdfast.backstore.linux.OsFile;
import org.jspecify.annotations.Nullable;

/**
 * Opens a device's second descriptor, the one past the page cache, or says why there cannot be one.
 * A device that only pretends is refused: its owner counts on where the data is.
 */
final class DirectOpener {
  private final FileDeviceOptions options;
  private final Path path;

  DirectOpener(FileDeviceOptions options) {
    this.options = options;
    this.path = options.path();
  }

  /**
   * Opens it.
   *
   * @param buffered the same file, owned by what is returned; still the caller's when this fails
   * @param cache what the file system keeps of it
   * @throws BackstoreException the system, the file system or the block size does not allow it
   */
  FileIo open(FileIo buffered, PageCache cache) throws IOException, BackstoreException {
    if (!CLibrary.isLinux()) {
      throw impossible("this system is not Linux on x86_64 or aarch64", null);
    }
    if (cache instanceof PageCache.Everything) {
      // Newer kernels let it be opened so, and change nothing.
      throw impossible("its file system keeps it in memory, there is no disk to go to", null);
    }
    OsFile direct = openDirect();
    try {
      DirectIoLimits limits = DirectIoLimits.of(direct).orElse(new DirectIoLimits(unit(), unit()));
      if (!limits.possible()) {
        throw impossible("its file system says that it cannot", null);
      }
      if (options.blockSize() % limits.offset() != 0) {
        throw impossible(
            "it goes in units of %d bytes there, and blocks of %d would share them; set block_size to"
                    .formatted(limits.offset(), options.blockSize())
                + " 4096",
            null);
      }
      return new DirectIo(buffered, direct, limits);
    } catch (IOException | BackstoreException | RuntimeException | Error e) {
      direct.close();
      throw e;
    }
  }

  private OsFile openDirect() throws IOException, BackstoreException {
    try {
      return OsFile.open(
          path,
          options.access() == Access.READ_ONLY
              ? OsFile.Mode.READ_DIRECT
              : OsFile.Mode.READ_WRITE_DIRECT);
    } catch (OsException e) {
      if (e.isInvalid()) {
        throw impossible("its file system does not take O_DIRECT", e);
      }
      throw e;
    }
  }

  /** What always does where an older kernel does not say what would: the file system's block. */
  private int unit() throws IOException {
    return Math.toIntExact(Math.max(4096, Files.getFileStore(path).getBlockSize()));
  }

  private BackstoreException impossible(String why, @Nullable Exception e) {
    String message =
        "%s: its data cannot bypass the page cache: %s; else leave direct out".formatted(path, why);
    return e == null
        ? new BackstoreException(Reason.UNSUPPORTED, message)
        : new BackstoreException(Reason.UNSUPPORTED, message, e);
  }
}
