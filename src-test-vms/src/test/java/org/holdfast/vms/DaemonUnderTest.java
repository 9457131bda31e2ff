package org.holdfast.vms;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
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

/**
 * The packaged daemon as a process of its own, with its own state directory, on a free port of the
 * loopback interface.
 *
 * <p>It runs from the jars that the build left in {@code cli/target/dist/lib}, on the JVM that runs
 * the test. {@link #close()} ends it the way an administrator does, with SIGTERM, and insists on
 * exit code 0.
 */
final class DaemonUnderTest implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(30);
  private static final String MAIN_CLASS = "org.holdfast.cli.Main";

  /** Example: {@code ready iqn.2026-11.org.holdfast:demo 127.0.0.1:3260}. */
  private static final Pattern READY =
      Pattern.compile("ready (?<iqn>\\S+) (?<host>\\S+):(?<port>[0-9]+)");

  private final Process process;
  private final Path home;
  private final Collection<String> log;
  private final TargetUnderTest target;

  private DaemonUnderTest(
      Process process, Path home, Collection<String> log, TargetUnderTest target) {
    this.process = process;
    this.home = home;
    this.log = log;
    this.target = target;
  }

  /** Starts the embedded default: one thin 1 GiB disk at LUN 0, open to anyone on loopback. */
  static DaemonUnderTest start() throws IOException, InterruptedException {
    return start(List.of());
  }

  /** Starts the daemon with further arguments to {@code serve} and waits until it is ready. */
  static DaemonUnderTest start(List<String> furtherArguments)
      throws IOException, InterruptedException {
    Path home = Files.createTempDirectory("holdfast-under-test-");
    Process process =
        new ProcessBuilder(command(home, furtherArguments))
            .directory(home.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .start();
    Collection<String> log = new ConcurrentLinkedQueue<>();
    CompletableFuture<TargetUnderTest> ready = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("log of daemon " + process.pid())
        .daemon(true)
        .start(() -> follow(process, log, ready));
    try {
      TargetUnderTest target = ready.get(READY_WITHIN.toSeconds(), TimeUnit.SECONDS);
      return new DaemonUnderTest(process, home, log, target);
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly().waitFor();
      deleteTree(home);
      throw new IOException("the daemon did not become ready; its log:\n" + text(log), e);
    }
  }

  private static List<String> command(Path home, List<String> furtherArguments) {
    Path jars = Path.of("..", "cli", "target", "dist", "lib").toAbsolutePath().normalize();
    if (!Files.isDirectory(jars)) {
      throw new IllegalStateException(
          "no packaged daemon in " + jars + ": run 'mvn package -pl cli -am' first");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.add("-Duser.home=" + home);
    command.add("-Dio.netty.leakDetection.level=paranoid");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(jars + "/*");
    command.add(MAIN_CLASS);
    command.add("serve");
    command.add("--state-dir");
    command.add(home.resolve("state").toString());
    command.add("--portal");
    command.add("127.0.0.1:0");
    command.addAll(furtherArguments);
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

  TargetUnderTest target() {
    return target;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Resident memory of the process in bytes, from {@code /proc}. */
  long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("no VmRSS line for process " + process.pid());
  }

  /** Everything the daemon has printed so far. */
  String log() {
    return text(log);
  }

  private static String text(Collection<String> lines) {
    return String.join("\n", lines);
  }

  /** Ends the daemon with SIGTERM; it must drain and exit with 0. */
  @Override
  public void close() throws IOException {
    process.destroy();
    boolean ended = awaitExit(STOPPED_WITHIN);
    if (!ended) {
      process.destroyForcibly().onExit().join();
    }
    deleteTree(home);
    if (!ended) {
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
