package org.holdfast.vms.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/** A target under test: a process that we started and that ends with {@link #close}. */
final class TargetProcess implements AutoCloseable {
  private static final Duration ENDED_WITHIN = Duration.ofSeconds(10);
  private static final int KEPT_LINES = 200;

  private final Process process;
  private final ConcurrentLinkedDeque<String> output = new ConcurrentLinkedDeque<>();
  private final CompletableFuture<Void> allRead = new CompletableFuture<>();

  TargetProcess(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    process = builder.start();
    Thread.ofPlatform().name("output of " + process.pid()).daemon().start(this::follow);
  }

  private void follow() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
        if (output.size() > KEPT_LINES) {
          output.remove();
        }
      }
    } catch (IOException e) {
      output.add("its output could not be read: " + e);
    }
    allRead.complete(null);
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The last lines it printed; all of them once it has ended. */
  Collection<String> output() {
    if (!process.isAlive()) {
      allRead.completeOnTimeout(null, ENDED_WITHIN.toMillis(), TimeUnit.MILLISECONDS).join();
    }
    return List.copyOf(output);
  }

  /** Waits for the process to end by itself, at most so long. */
  private boolean awaitEnd() {
    return process
        .onExit()
        .thenApply(ended -> true)
        .completeOnTimeout(false, ENDED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    if (!awaitEnd()) {
      process.destroyForcibly().onExit().join();
    }
    process.getOutputStream().close();
  }
}
