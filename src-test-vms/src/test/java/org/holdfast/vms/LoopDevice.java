package org.holdfast.vms;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A block device over a file. Where none can be made the test is skipped; with {@code CI=true} in
 * the environment it fails instead.
 *
 * @param node such as {@code /dev/loop3}
 */
record LoopDevice(Path node) implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(10);

  static LoopDevice attach(Path file) throws IOException, InterruptedException {
    ProcessRun run = ProcessRun.of(WITHIN, List.of("losetup", "--find", "--show", file.toString()));
    if (!run.succeeded()) {
      String reason = "no loop device can be made here: " + run.describe();
      return "true".equals(System.getenv("CI")) ? fail(reason) : abort(reason);
    }
    return new LoopDevice(Path.of(run.output().strip()));
  }

  @Override
  public void close() throws IOException {
    try {
      ProcessRun run = ProcessRun.of(WITHIN, List.of("losetup", "--detach", node.toString()));
      if (!run.succeeded()) {
        throw new IOException(run.describe());
      }
    } catch (InterruptedException e) {
      throw new IOException("interrupted while detaching " + node, e);
    }
  }
}
