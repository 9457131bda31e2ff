package org.holdfast.control;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.holdfast.backstore.StateFiles;

/** What to do when a file could not be replaced for sure. */
final class SafeReplace {
  private SafeReplace() {}

  /**
   * The new content may be there and not be durable: then the old one comes back.
   *
   * @param before the old one; empty: there was no file
   * @param failure why; told of what else went wrong
   * @throws IOException it could not be brought back
   */
  static void takeBack(
      StateFiles files, Path file, byte[] next, Optional<byte[]> before, IOException failure)
      throws IOException {
    try {
      byte[] now;
      try {
        now = files.read(file, KeptFile.LONGEST);
      } catch (NoSuchFileException _) {
        return;
      }
      if (!Arrays.equals(now, next)) {
        return;
      }
      if (before.isPresent()) {
        files.replace(file, before.get());
      } else {
        files.remove(file);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
      throw new IOException(
          failure.getMessage()
              + "; and the former content could not be put back ("
              + e.getMessage()
              + "), so "
              + file
              + " may hold the new configuration at the next start",
          failure);
    }
  }
}
