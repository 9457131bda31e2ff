package org.holdfast.shell;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.jline.reader.impl.history.DefaultHistory;

/** The lines that were typed, without those that set a secret; its file is for its owner only. */
final class LineHistory extends DefaultHistory {
  @Override
  public void add(Instant time, String line) {
    if (!Secrets.isIn(line)) {
      super.add(time, line);
    }
  }

  /** Makes the file, or takes from everybody else the right to read one that is there. */
  static void prepare(Path file) throws IOException {
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    var ownerOnly = PosixFilePermissions.fromString("rw-------");
    try {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(ownerOnly));
    } catch (FileAlreadyExistsException _) {
      Files.setPosixFilePermissions(file, ownerOnly);
    }
  }
}
