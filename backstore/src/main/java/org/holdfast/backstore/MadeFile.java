package org.holdfast.backstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that was made to be opened as a device.
 *
 * @param identity what {@link FileKind#identity} said of it then
 */
record MadeFile(Path path, String identity) {
  private static final Logger log = LoggerFactory.getLogger(MadeFile.class);

  /**
   * Removes it: nobody has been shown the device, so nobody has written to it. What has taken its
   * place since, such as a file of a file system that was mounted there, stays.
   */
  void remove() {
    try {
      if (FileKind.of(path).identity().equals(identity)) {
        Files.delete(path);
        log.info("{}: removed, as it is not needed after all", path);
      } else {
        log.warn("{}: made for nothing; something else is there now, which stays", path);
      }
    } catch (IOException | BackstoreException e) {
      log.error("{}: made for nothing, and cannot be removed", path, e);
    }
  }
}
