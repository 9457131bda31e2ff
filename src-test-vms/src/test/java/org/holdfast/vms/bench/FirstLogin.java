package org.holdfast.vms.bench;

import java.io.IOException;
import java.time.Duration;
import org.holdfast.vms.bench.load.Endpoint;
import org.holdfast.vms.bench.load.IscsiSession;

/** When a target that has been started can be used. */
final class FirstLogin {
  private static final Duration USABLE_WITHIN = Duration.ofSeconds(60);
  private static final long RETRY_MILLIS = 5;

  private FirstLogin() {}

  /**
   * Logs in as soon as that is possible, and out again; an echo has no login.
   *
   * @throws IOException when the process ends first, or it takes more than a minute
   */
  static Endpoint await(Started started) throws IOException {
    long end = System.nanoTime() + USABLE_WITHIN.toNanos();
    Endpoint endpoint = null;
    while (true) {
      try {
        if (endpoint == null) {
          endpoint = started.preparation().endpoint();
        }
        if (!endpoint.isEcho()) {
          IscsiSession.login(endpoint, false).close();
        }
        return endpoint;
      } catch (IOException e) {
        if (!started.process().isAlive() || System.nanoTime() > end) {
          throw new IOException("no login was possible: " + e.getMessage(), e);
        }
        Waiting.forMillis(RETRY_MILLIS);
      }
    }
  }
}
