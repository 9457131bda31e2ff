package org.holdfast.vms;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A library that stands between a daemon and the C library, compiled from a source of the test
 * resources; where there is no compiler, {@link Tool} says what becomes of the test.
 *
 * @param library to be named in LD_PRELOAD
 */
record Preload(Path library) {
  /** Compiles {@code NAME.c} of the test resources to {@code directory}. */
  static Preload compiled(String name, Path directory) throws IOException {
    Path source = directory.resolve(name + ".c");
    Path library = directory.resolve(name + ".so");
    try (InputStream in = Preload.class.getClassLoader().getResourceAsStream(name + ".c")) {
      if (in == null) {
        throw new IOException("no " + name + ".c among the test resources");
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
      throw new IOException(name + ".c does not compile, are gcc and libc6-dev whole?\n" + said);
    }
    return new Preload(library);
  }
}
