package org.holdfast.backstore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.holdfast.backstore.BackstoreException.Reason;

/** What is at a path, links followed, and what the kernel knows it by. */
sealed interface FileKind {
  /** One text per file, whatever the path it is reached by. */
  String identity();

  /** A regular file. */
  record Regular(String identity) implements FileKind {}

  /**
   * A block device node.
   *
   * @param number device number as {@code major:minor}
   */
  record Block(String number) implements FileKind {
    @Override
    public String identity() {
      return "block " + number;
    }

    /** True when a file system that lies directly on this device is mounted in our name space. */
    boolean mounted() throws IOException {
      Path table = Path.of("/proc/self/mountinfo");
      // Fields are in proc_pid_mountinfo(5); the third is the device number. Paths in it may be in
      // any encoding.
      List<String> lines = Files.readAllLines(table, StandardCharsets.ISO_8859_1);
      return lines.stream().anyMatch(line -> line.split(" ", 4)[2].equals(number));
    }
  }

  int TYPE_MASK = 0xF000;
  int BLOCK_TYPE = 0x6000;

  static FileKind of(Path path) throws IOException, BackstoreException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (attributes.isRegularFile()) {
      return new Regular("file " + attributes.fileKey());
    }
    int mode = (Integer) Files.getAttribute(path, "unix:mode");
    if ((mode & TYPE_MASK) == BLOCK_TYPE) {
      return new Block(deviceNumber((Long) Files.getAttribute(path, "unix:rdev")));
    }
    throw new BackstoreException(
        Reason.NOT_A_DEVICE,
        "%s: is %s; give a regular file or a block device"
            .formatted(path, attributes.isDirectory() ? "a directory" : "neither file nor disk"));
  }

  /** The C library's packing of dev_t on Linux: 12 + 20 bits below, the rest above. */
  private static String deviceNumber(long packed) {
    long major = (packed >>> 8 & 0xFFF) | (packed >>> 32 & ~0xFFFL);
    long minor = (packed & 0xFF) | (packed >>> 12 & ~0xFFL & 0xFFFF_FFFFL);
    return major + ":" + minor;
  }
}
