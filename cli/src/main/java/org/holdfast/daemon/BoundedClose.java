package org.holdfast.daemon;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the disks of a daemon that ends. Each gets a thread of its own, so that one that hangs
 * keeps no other from being made stable; and nobody waits for one without limit, because whoever
 * wants the process gone would kill it, and then with nothing said.
 */
final class BoundedClose {
  private static final Logger log = LoggerFactory.getLogger(BoundedClose.class);

  private BoundedClose() {}

  /**
   * A disk to be closed.
   *
   * @param name its backstore
   * @param writeCache what was answered may not be stable yet
   * @param closer may block for ever
   */
  record Closing(String name, boolean writeCache, Resources.Closer closer) {}

  private sealed interface Outcome {
    record Closed() implements Outcome {}

    record Failed(Throwable why) implements Outcome {}

    record Hangs() implements Outcome {}
  }

  /**
   * Closes all of them at once.
   *
   * @param patience how long each may take
   * @throws IllegalStateException naming those that failed or took longer; the log has the reasons
   */
  static void all(Collection<Closing> disks, Duration patience) {
    List<CompletableFuture<Optional<String>>> ended =
        disks.stream()
            .map(disk -> begin(disk, patience).thenApply(outcome -> told(disk, outcome, patience)))
            .toList();
    List<String> open =
        ended.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList();
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed in order: " + String.join(", ", open));
    }
  }

  private static CompletableFuture<Outcome> begin(Closing disk, Duration patience) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("close-" + disk.name())
        .daemon(true)
        .start(() -> outcome.complete(close(disk)));
    return outcome.completeOnTimeout(new Outcome.Hangs(), patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static Outcome close(Closing disk) {
    try {
      disk.closer().close();
      return new Outcome.Closed();
    } catch (RuntimeException | Error e) {
      return new Outcome.Failed(e);
    }
  }

  /** The name of one that is not closed as it should be. */
  private static Optional<String> told(Closing disk, Outcome outcome, Duration patience) {
    return switch (outcome) {
      case Outcome.Closed _ -> Optional.empty();
      case Outcome.Failed(Throwable why) -> {
        log.error("{}: could not be closed properly", disk.name(), why);
        yield Optional.of(disk.name());
      }
      case Outcome.Hangs _ -> {
        log.error(
            "{}: hangs; it could not be closed within {} s and is left as it is. {} Check the disk"
                + " before it is served again",
            disk.name(),
            patience.toSeconds(),
            disk.writeCache()
                ? "Writes may be lost that were answered and not flushed since."
                : "No write is lost that was answered; those that were not may be on it or not.");
        yield Optional.of(disk.name());
      }
    };
  }
}
