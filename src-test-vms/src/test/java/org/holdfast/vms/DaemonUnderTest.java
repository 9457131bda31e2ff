package org.holdfast.vms;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.holdfast.vms.initiator.TargetUnderTest;
import org.holdfast.vms.replay.RestartableTarget;

/**
 * The packaged daemon as a process of its own, with its own state directory, on a free port of the
 * loopback interface.
 *
 * <p>It runs from the jars that the build left in {@code cli/target/dist/lib}, on the JVM that runs
 * the test. {@link #close()} ends it the way an administrator does, with SIGTERM, and insists on
 * exit code 0. It can be ended and started again on the same state directory.
 *
 * <p>Thread: one at a time, but for {@link #end}, which another one may call.
 */
final class DaemonUnderTest implements RestartableTarget, AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(30);
  private static final String MAIN_CLASS = "org.holdfast.cli.Main";

  /** Example: {@code ready iqn.2026-11.org.holdfast:demo 127.0.0.1:3260}. */
  private static final Pattern READY =
      Pattern.compile("ready (?<iqn>\\S+) (?<host>\\S+):(?<port>[0-9]+)");

  private final DaemonSettings settings;
  private final Path home;
  private final Collection<String> log = new ConcurrentLinkedQueue<>();
  private volatile Process process;
  private Thread follower;
  private TargetUnderTest target;

  private DaemonUnderTest(DaemonSettings settings, Path home) {
    this.settings = settings;
    this.home = home;
  }

  /** Starts the embedded default: one thin 1 GiB disk at LUN 0, open to anyone on loopback. */
  static DaemonUnderTest start() throws IOException, InterruptedException {
    return start(DaemonSettings.embeddedDefault());
  }

  /** Starts the daemon with further arguments to {@code serve} and waits until it is ready. */
  static DaemonUnderTest start(List<String> furtherArguments)
      throws IOException, InterruptedException {
    return start(DaemonSettings.embeddedDefault().withArguments(furtherArguments));
  }

  /** Starts the daemon and waits until it is ready. */
  static DaemonUnderTest start(DaemonSettings settings) throws IOException, InterruptedException {
    DaemonUnderTest daemon =
        new DaemonUnderTest(settings, Files.createTempDirectory("holdfast-under-test-"));
    try {
      if (settings.configuration().isPresent()) {
        Files.writeString(daemon.configurationFile(), settings.configuration().get());
      }
      daemon.startAgain();
      return daemon;
    } catch (IOException e) {
      deleteTree(daemon.home);
      throw e;
    }
  }

  /** Starts it on what the run before has left, and waits until it is ready. */
  void startAgain() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command())
            .directory(home.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true);
    builder.environment().putAll(settings.environment());
    Process started = builder.start();
    process = started;
    CompletableFuture<TargetUnderTest> ready = new CompletableFuture<>();
    follower =
        Thread.ofPlatform()
            .name("log of daemon " + started.pid())
            .daemon(true)
            .start(() -> follow(started, log, ready));
    try {
      target = ready.get(READY_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      started.destroyForcibly().waitFor();
      throw new IOException("the daemon did not become ready; its log:\n" + log(), e);
    }
  }

  private Path configurationFile() {
    return home.resolve("configuration.json");
  }

  /** Where the daemon keeps its state. */
  Path stateDirectory() {
    return settings.stateDirectory().orElse(home.resolve("state"));
  }

  private List<String> command() {
    Path jars = Path.of("..", "cli", "target", "dist", "lib").toAbsolutePath().normalize();
    if (!Files.isDirectory(jars)) {
      throw new IllegalStateException(
          "no packaged daemon in " + jars + ": run 'mvn package -pl cli -am' first");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.addAll(settings.jvmFlags());
    command.add("-Duser.home=" + home);
    command.add("-Dio.netty.leakDetection.level=paranoid");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(jars + "/*");
    command.add(MAIN_CLASS);
    command.add("serve");
    command.add("--state-dir");
    command.add(stateDirectory().toString());
    command.add("--portal");
    command.add("127.0.0.1:0");
    if (settings.configuration().isPresent()) {
      command.add("--config");
      command.add(configurationFile().toString());
    }
    command.addAll(settings.arguments());
    return command;
  }

  private static void follow(
      Process process, Collection<String> log, CompletableFuture<TargetUnderTest> ready) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.add(line);
        Matcher matcher = READY.matcher(line);
        if (matcher.matches()) {
          ready.complete(
              new TargetUnderTest(
                  new InetSocketAddress(
                      matcher.group("host"), Integer.parseInt(matcher.group("port"))),
                  matcher.group("iqn"),
                  0));
        }
      }
      ready.completeExceptionally(new IOException("the daemon ended before it was ready"));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  @Override
  public TargetUnderTest target() {
    return target;
  }

  @Override
  public void restart(Ending ending) throws IOException, InterruptedException {
    end(ending);
    startAgain();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Resident memory of the process in bytes, from {@code /proc}. */
  long residentBytes() throws IOException {
    return status("VmRSS:") * 1024;
  }

  /** Threads of the process, those of the JVM included. */
  long threads() throws IOException {
    return status("Threads:");
  }

  private long status(String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("no line " + name + " for process " + process.pid());
  }

  /** How many threads have a name that begins so; the kernel knows 15 characters of it. */
  long threads(String prefix) throws IOException {
    long found = 0;
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/task"))) {
      for (Path thread : threads) {
        try {
          found += Files.readString(thread.resolve("comm")).startsWith(prefix) ? 1 : 0;
        } catch (NoSuchFileException ended) {
          // It was there when the directory was read.
        }
      }
    }
    return found;
  }

  /** Everything the daemon has printed so far. */
  String log() {
    return String.join("\n", log);
  }

  /** Returns when the process has ended, as it must: after SIGTERM soon and with exit code 0. */
  void end(Ending ending) throws IOException {
    switch (ending) {
      case KILLED -> process.destroyForcibly().onExit().join();
      case ORDERLY -> endOrderly();
    }
  }

  /** Whether the process is gone, given the time that a SIGKILL takes to work. */
  boolean awaitKilled() {
    return awaitExit(STOPPED_WITHIN);
  }

  /**
   * Sends SIGTERM to a daemon that cannot end well, and returns its exit status; its log is whole
   * then.
   *
   * @param within how long it may take
   */
  int terminate(Duration within) throws IOException, InterruptedException {
    sendSigterm();
    if (!awaitExit(within)) {
      process.destroyForcibly().onExit().join();
      throw new IOException("still running " + within + " after SIGTERM; its log:\n" + log());
    }
    follower.join(STOPPED_WITHIN);
    return process.exitValue();
  }

  /** Not by Process.destroy(), which closes the pipe of the log as well. */
  private void sendSigterm() {
    boolean _ = process.toHandle().destroy();
  }

  private void endOrderly() throws IOException {
    sendSigterm();
    if (!awaitExit(STOPPED_WITHIN)) {
      process.destroyForcibly().onExit().join();
      throw new IOException(
          "the daemon was still running "
              + STOPPED_WITHIN.toSeconds()
              + " s after SIGTERM; its log:\n"
              + log());
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          "after SIGTERM the daemon's exit code was "
              + process.exitValue()
              + ", not 0; its log:\n"
              + log());
    }
  }

  /** Ends the daemon with SIGTERM, unless it was ended before; it must drain and exit with 0. */
  @Override
  public void close() throws IOException {
    try {
      if (process.isAlive()) {
        endOrderly();
      }
    } finally {
      deleteTree(home);
    }
  }

  private boolean awaitExit(Duration within) {
    return process
        .onExit()
        .thenApply(ended -> true)
        .completeOnTimeout(false, within.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            if (failure != null) {
              throw new UncheckedIOException(failure);
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
