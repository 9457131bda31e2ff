package org.holdfast.vms;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * A disk that fails under a daemon's reservation tables, when and where the test says. It is {@code
 * failing-disk.c} of the test resources, compiled here and preloaded into the daemon; where there
 * is no compiler, {@link Tool} says what becomes of the test.
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
    Path source = directory.resolve("failing-disk.c");
    Path library = directory.resolve("failing-disk.so");
    try (InputStream in =
        FailingDisk.class.getClassLoader().getResourceAsStream("failing-disk.c")) {
      if (in == null) {
        throw new IOException("no failing-disk.c among the test resources");
      }
      Files.copy(in, source);
    }
    Process gcc =
        new ProcessBuilder(
                Tool.GCC.require(),
                "-Wall",
                "-Wextra",
                "-Werror",
                "-shared",
                "-fPIC",
                "-o",
                library.toString(),
                source.toString(),
                "-ldl")
            .redirectErrorStream(true)
            .start();
    String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (gcc.onExit().join().exitValue() != 0) {
      throw new IOException(
          "failing-disk.c does not compile, are gcc and libc6-dev whole?\n" + said);
    }
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
