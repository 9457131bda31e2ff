package org.holdfast.backstore;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.holdfast.backstore.BackstoreException.Reason;

/** Why a device could not be opened, in words for an administrator. */
final class OpenFaults {
  private OpenFaults() {}

  static BackstoreException explain(Path path, FileDeviceOptions options, IOException e) {
    if (e instanceof NoSuchFileException) {
      String advice =
          options.creation().isPresent()
              ? "the directory %s does not exist; make it, or give another path"
                  .formatted(path.toAbsolutePath().getParent())
              : "does not exist; check the path, or wait for the disk to appear";
      return new BackstoreException(Reason.MISSING, path + ": " + advice, e);
    }
    Path above = existingAbove(path);
    if (!Files.isDirectory(above)) {
      return new BackstoreException(
          Reason.NOT_A_DEVICE,
          "%s: %s is not a directory; give another path".formatted(path, above),
          e);
    }
    if (e instanceof AccessDeniedException
        || IoFaults.has(e, Errno.EACCES)
        || IoFaults.has(e, Errno.EPERM)) {
      return new BackstoreException(
          Reason.NO_PERMISSION,
          "%s: user %s may not open it; change its owner or mode, or run as another user"
              .formatted(path, System.getProperty("user.name")),
          e);
    }
    if (IoFaults.has(e, Errno.EROFS)) {
      return new BackstoreException(
          Reason.NO_PERMISSION,
          path + ": is on a read-only file system; remount it, or make the LUN read-only",
          e);
    }
    if (IoFaults.has(e, Errno.ENOSPC)
        || IoFaults.has(e, Errno.EDQUOT)
        || IoFaults.has(e, Errno.EFBIG)) {
      return new BackstoreException(
          Reason.NO_SPACE,
          "%s: %s for %s; free some, or choose a smaller size"
              .formatted(
                  path,
                  IoFaults.words(e),
                  options.creation().map(c -> c.size() + " bytes").orElse("it")),
          e);
    }
    return new BackstoreException(
        Reason.IO_ERROR,
        "%s: %s; see the kernel's log (dmesg)".formatted(path, IoFaults.words(e)),
        e);
  }

  /** The longest part above a path that leads to something. */
  private static Path existingAbove(Path path) {
    Path absolute = path.toAbsolutePath();
    Path part = Optional.ofNullable(absolute.getParent()).orElse(absolute);
    while (part.getParent() != null && !Files.exists(part)) {
      part = part.getParent();
    }
    return part;
  }
}
