package org.holdfast.vms;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a {@link DaemonUnderTest} is started, each time.
 *
 * @param jvmFlags before the class path
 * @param arguments further ones to {@code serve}
 * @param configuration text of the configuration file; absent for the embedded default, one thin 1
 *     GiB disk at LUN 0
 * @param stateDirectory absent for one of its own that goes with the daemon
 * @param environment variables beside those of the test
 */
record DaemonSettings(
    List<String> jvmFlags,
    List<String> arguments,
    Optional<String> configuration,
    Optional<Path> stateDirectory,
    Map<String, String> environment) {
  /** Less time to the first command, at the price of speed later. */
  private static final List<String> FAST_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

  static DaemonSettings embeddedDefault() {
    return new DaemonSettings(List.of(), List.of(), Optional.empty(), Optional.empty(), Map.of());
  }

  /** The file {@code configurations/NAME.json} of the test resources. */
  static DaemonSettings configured(String name) throws IOException {
    String resource = "configurations/" + name + ".json";
    try (InputStream in = DaemonSettings.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no configuration " + resource);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new DaemonSettings(
          List.of(), List.of(), Optional.of(text), Optional.empty(), Map.of());
    }
  }

  DaemonSettings withArguments(List<String> further) {
    return new DaemonSettings(jvmFlags, further, configuration, stateDirectory, environment);
  }

  /** With the text of a configuration file. */
  DaemonSettings withConfiguration(String text) {
    return new DaemonSettings(jvmFlags, arguments, Optional.of(text), stateDirectory, environment);
  }

  /** With another limit of the heap than it has by itself, such as {@code 64m}. */
  DaemonSettings withHeap(String limit) {
    List<String> flags = new ArrayList<>(jvmFlags);
    flags.add("-Xmx" + limit);
    return new DaemonSettings(flags, arguments, configuration, stateDirectory, environment);
  }

  DaemonSettings startingFast() {
    return new DaemonSettings(FAST_START, arguments, configuration, stateDirectory, environment);
  }

  DaemonSettings keepingStateIn(Path directory) {
    return new DaemonSettings(
        jvmFlags, arguments, configuration, Optional.of(directory), environment);
  }

  DaemonSettings withEnvironment(Map<String, String> variables) {
    return new DaemonSettings(jvmFlags, arguments, configuration, stateDirectory, variables);
  }
}
