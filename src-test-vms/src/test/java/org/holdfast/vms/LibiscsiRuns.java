package org.holdfast.vms;

import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * libiscsi's tests on several shapes of disk, each with a daemon of its own: one after the other on
 * a shape, some shapes at a time. Most of what the suite takes is its own waiting.
 */
final class LibiscsiRuns implements AutoCloseable {
  private static final int AT_ONCE = 3;

  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
  private final Map<LibiscsiShape, Map<String, CompletableFuture<LibiscsiRun>>> runs =
      new EnumMap<>(LibiscsiShape.class);

  /** Begins, or queues up, a shape with its tests. */
  void add(LibiscsiShape shape, String tool, List<String> tests) {
    Map<String, CompletableFuture<LibiscsiRun>> all = new LinkedHashMap<>();
    tests.forEach(test -> all.put(test, new CompletableFuture<>()));
    runs.put(shape, all);
    threads.execute(() -> run(shape, tool, all));
  }

  private static void run(
      LibiscsiShape shape, String tool, Map<String, CompletableFuture<LibiscsiRun>> all) {
    try (LibiscsiShape.Running running = shape.start()) {
      for (Map.Entry<String, CompletableFuture<LibiscsiRun>> one : all.entrySet()) {
        one.getValue().complete(LibiscsiRun.of(tool, one.getKey(), running.target().url()));
      }
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      all.values().forEach(future -> future.completeExceptionally(e));
    }
  }

  /**
   * How a test ended, as soon as it has. What kept its shape from going on is the failure's cause.
   */
  LibiscsiRun of(LibiscsiShape shape, String test) throws InterruptedException, ExecutionException {
    return runs.get(shape).get(test).get();
  }

  @Override
  public void close() {
    threads.close();
  }
}
