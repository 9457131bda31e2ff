package org.holdfast.vms;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.holdfast.control.client.ControlClient;
import org.holdfast.control.client.ControlException;
import org.holdfast.vms.initiator.TargetUnderTest;
import tools.jackson.databind.JsonNode;

/**
 * The packaged daemon that begins with an empty configuration and is told everything else through
 * its control socket, and the packaged program as a client of it. Thread: one at a time.
 */
final class ControlledDaemon implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(60);

  private final Path home;
  private final Path configuration;
  private final Path state;
  private volatile Process process;

  private ControlledDaemon(Path home, Path configuration, Path state) {
    this.home = home;
    this.configuration = configuration;
    this.state = state;
  }

  /**
   * Starts one and waits until it answers.
   *
   * @param home an empty directory for everything that is kept
   */
  static ControlledDaemon start(Path home) throws IOException, InterruptedException {
    return start(home, home.resolve("saveconfig.json"), home.resolve("state"));
  }

  /**
   * The same with places of their own for what outlives the daemon.
   *
   * @param home for its socket, its log and what belongs to the user
   * @param configuration the file that the configuration is kept in
   * @param state the state directory
   */
  static ControlledDaemon start(Path home, Path configuration, Path state)
      throws IOException, InterruptedException {
    Files.writeString(configuration, "{}");
    ControlledDaemon daemon = new ControlledDaemon(home, configuration, state);
    daemon.startAgain();
    return daemon;
  }

  /** Starts it on what the run before has left, and waits until it answers. */
  void startAgain() throws IOException, InterruptedException {
    process =
        builder(
                List.of(
                    "serve",
                    "--config",
                    configuration.toString(),
                    "--state-dir",
                    state.toString(),
                    "--control",
                    socket().toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
            .start();
    long end = System.nanoTime() + WITHIN.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly().waitFor();
        throw new IOException("the daemon did not open its socket:\n" + log());
      }
      Thread.sleep(20);
    }
  }

  /** Whether this process answers; what a killed one has left is a socket, too. */
  private boolean answers() {
    try {
      return Files.exists(socket())
          && client().get("/v1/version").path("pid").asLong() == process.pid();
    } catch (ControlException _) {
      return false;
    }
  }

  /** Whoever asks it through its socket. */
  ControlClient client() {
    return ControlClient.at(socket());
  }

  /** What it says of its disks and portals. */
  JsonNode status() throws ControlException {
    return client().get("/v1/status");
  }

  /**
   * Where the first portal group of the first target listens.
   *
   * @param lun of the target
   */
  TargetUnderTest target(int lun) throws ControlException {
    JsonNode target = status().at("/targets/0");
    String portal = target.at("/tpgs/0/portals/0/address").asString();
    int colon = portal.lastIndexOf(':');
    return new TargetUnderTest(
        new InetSocketAddress(
            InetAddress.ofLiteral(portal.substring(0, colon)),
            Integer.parseInt(portal.substring(colon + 1))),
        target.get("wwn").asString(),
        lun);
  }

  Path socket() {
    return home.resolve("control.sock");
  }

  private Path logFile() {
    return home.resolve("daemon.log");
  }

  /** Everything the daemon has printed so far. */
  String log() throws IOException {
    return Files.readString(logFile());
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
      throw new IOException("the daemon went on after SIGTERM:\n" + log());
    }
  }

  /** Ends it by SIGKILL; returns when it is gone. Thread: any. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
