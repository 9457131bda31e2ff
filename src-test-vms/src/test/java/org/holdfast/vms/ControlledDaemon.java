package org.holdfast.vms;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The packaged daemon that begins with an empty configuration and is told everything else through
 * its control socket, and the packaged program as a client of it. Thread: one at a time.
 */
final class ControlledDaemon implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(60);

  private final Path home;
  private Process process;

  private ControlledDaemon(Path home) {
    this.home = home;
  }

  /**
   * Starts one and waits until it answers.
   *
   * @param home an empty directory for everything that is kept
   */
  static ControlledDaemon start(Path home) throws IOException, InterruptedException {
    Files.writeString(home.resolve("saveconfig.json"), "{}");
    ControlledDaemon daemon = new ControlledDaemon(home);
    daemon.startAgain();
    return daemon;
  }

  void startAgain() throws IOException, InterruptedException {
    process =
        builder(
                List.of(
                    "serve",
                    "--config",
                    home.resolve("saveconfig.json").toString(),
                    "--state-dir",
                    home.resolve("state").toString(),
                    "--control",
                    socket().toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    long end = System.nanoTime() + WITHIN.toNanos();
    while (!Files.exists(socket())) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly().waitFor();
        throw new IOException("the daemon did not open its socket:\n" + Files.readString(log()));
      }
      Thread.sleep(20);
    }
  }

  Path socket() {
    return home.resolve("control.sock");
  }

  private Path log() {
    return home.resolve("daemon.log");
  }

  /** The user's directory of what the shell keeps. */
  Path userHome() {
    return home.resolve("user");
  }

  /** Command line of the packaged program. */
  static List<String> command(List<String> arguments) {
    Path jars = Path.of("..", "cli", "target", "dist", "lib").toAbsolutePath().normalize();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Dio.netty.leakDetection.level=paranoid");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(jars + "/*");
    command.add("org.holdfast.cli.Main");
    command.addAll(arguments);
    return command;
  }

  /** What the user's processes see beside the environment of the tests. */
  Map<String, String> environment() {
    return environment(socket(), userHome());
  }

  /** The same for a user of another socket. */
  static Map<String, String> environment(Path socket, Path user) {
    return Map.of(
        "HOLDFAST_CONTROL",
        socket.toString(),
        "XDG_CONFIG_HOME",
        user.resolve("config").toString(),
        "XDG_STATE_HOME",
        user.resolve("state").toString());
  }

  private ProcessBuilder builder(List<String> arguments) {
    ProcessBuilder builder =
        new ProcessBuilder(command(arguments))
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().putAll(environment());
    return builder;
  }

  /** Runs one command of the program: {@code holdfast ARGUMENT...}. */
  ProcessRun holdfast(String... arguments) throws IOException, InterruptedException {
    return finish(builder(List.of(arguments)));
  }

  /** Runs {@code holdfast < script}. */
  ProcessRun script(Path script) throws IOException, InterruptedException {
    return withInput(script);
  }

  /** Runs {@code holdfast ARGUMENT... < input}. */
  ProcessRun withInput(Path input, String... arguments) throws IOException, InterruptedException {
    return finish(builder(List.of(arguments)).redirectInput(input.toFile()));
  }

  private static ProcessRun finish(ProcessBuilder builder)
      throws IOException, InterruptedException {
    Process run = builder.redirectErrorStream(true).start();
    boolean ended = run.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS);
    if (!ended) {
      run.destroyForcibly().waitFor();
    }
    String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new ProcessRun(builder.command(), run.exitValue(), !ended, output);
  }

  /** Ends the daemon as an administrator does. */
  void stop() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new IOException("the daemon went on after SIGTERM:\n" + Files.readString(log()));
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
