package org.holdfast.vms.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Short programs that are run to their end. */
final class Commands {
  private static final String SYSTEM_DIRECTORIES = ":/usr/sbin:/sbin";

  private Commands() {}

  /** Where a program is, on the PATH or among those of the administrator. */
  static Optional<Path> find(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
    return Arrays.stream((path + SYSTEM_DIRECTORIES).split(":", -1))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static boolean isInstalled(String program) {
    return find(program).isPresent();
  }

  /** Returns what it printed; an exit code other than 0 is an exception. */
  static String run(String... command) throws IOException {
    return run(Map.of(), command);
  }

  static String run(Map<String, String> environment, String... command) throws IOException {
    String[] resolved = command.clone();
    resolved[0] = find(command[0]).map(Path::toString).orElse(command[0]);
    ProcessBuilder builder = new ProcessBuilder(resolved).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.onExit().join().exitValue();
    if (code != 0) {
      throw new IOException(
          "%s: exit code %d: %s".formatted(String.join(" ", command), code, output.strip()));
    }
    return output;
  }
}
