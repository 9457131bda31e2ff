package org.holdfast.vms;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * A disk that fails under a daemon's reservation tables, when and where the test says. It is {@code
 * failing-disk.c} of the test resources, preloaded into the daemon.
 *
 * @param library the compiled one
 * @param switchFile names the step that fails, while it exists
 */
record FailingDisk(Path library, Path switchFile) {
  /** What of a table's replacement ends with EIO; for ever, unless it says once. */
  enum Step {
    WRITE,
    FSYNC,
    RENAME,
    DIRECTORY,
    DIRECTORY_ONCE;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Compiles the library. */
  static FailingDisk compiledIn(Path directory) throws IOException {
    Path library = Preload.compiled("failing-disk", directory).library();
    return new FailingDisk(library, directory.resolve("failing-step"));
  }

  /**
   * For the daemon whose tables it is under.
   *
   * @param stateDirectory exists
   */
  Map<String, String> environment(Path stateDirectory) throws IOException {
    return Map.of(
        "LD_PRELOAD",
        library.toString(),
        "HOLDFAST_FAILING_DIRECTORY",
        stateDirectory.toRealPath().resolve("reservations").toString(),
        "HOLDFAST_FAILING_STEP",
        switchFile.toString());
  }

  void failAt(Step step) throws IOException {
    Files.writeString(switchFile, step.word());
  }

  void workAgain() throws IOException {
    Files.deleteIfExists(switchFile);
  }
}
