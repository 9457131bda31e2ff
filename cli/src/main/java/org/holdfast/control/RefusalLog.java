package org.holdfast.control;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says who was refused, but not every time: whoever tries tokens must not fill the log. Owner: the
 * event loop.
 */
final class RefusalLog {
  private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);

  /** After a line nothing is said for so long. */
  static final Duration PAUSE = Duration.ofSeconds(10);

  private final LongSupplier nanos;
  private Optional<Long> last = Optional.empty();
  private long unsaid;

  /**
   * @param nanos a clock that only goes forward
   */
  RefusalLog(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void refused(SocketAddress from, String why) {
    line(from, why).ifPresent(log::warn);
  }

  /** What is to be said about a refusal; empty when it is only counted. */
  Optional<String> line(SocketAddress from, String why) {
    long now = nanos.getAsLong();
    if (last.isPresent() && now - last.get() < PAUSE.toNanos()) {
      unsaid++;
      return Optional.empty();
    }
    String more = unsaid == 0 ? "" : " (and " + unsaid + " times before, which was not logged)";
    last = Optional.of(now);
    unsaid = 0;
    return Optional.of("control: refused " + from + ": " + why + more);
  }
}
