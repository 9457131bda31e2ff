package org.holdfast.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What the shell knows of the machine it runs on.
 *
 * @param directory what paths of files are relative to
 * @param host name of this machine, for names of new targets
 * @param id makes the part of a new target's name that no other has
 */
public record Surroundings(Path directory, String host, Supplier<String> id) {
  /** Those of the process. */
  static Surroundings ofThisMachine() {
    SecureRandom random = new SecureRandom();
    return new Surroundings(
        Path.of("").toAbsolutePath(),
        hostName(),
        () -> String.format(Locale.ROOT, "%012x", random.nextLong() & 0xFFFF_FFFF_FFFFL));
  }

  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException _) {
      return ""; // The name of a target does without.
    }
  }

  /** A name for a target that nobody else has. */
  String newTargetName() {
    String label =
        host.toLowerCase(Locale.ROOT).replaceFirst("\\..*", "").replaceAll("[^a-z0-9-]", "");
    return "iqn.2026-11.org.holdfast:" + (label.isEmpty() ? "host" : label) + "." + id.get();
  }

  /** The file that a path means, in full. */
  Path file(String path) {
    return directory.resolve(path).normalize();
  }
}
