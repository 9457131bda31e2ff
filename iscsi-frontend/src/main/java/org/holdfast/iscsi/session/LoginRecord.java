package org.holdfast.iscsi.session;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How logins went, for the administrator. Bounded: beyond {@value #ADDRESSES} addresses the one
 * that failed longest ago is forgotten. Thread: any.
 */
public final class LoginRecord {
  static final int ADDRESSES = 1024;

  private long succeeded;
  private long failed;
  private long refusedByRate;

  /** The one that failed last is at the end. Guarded by this, as are the counters. */
  private final Map<InetAddress, Failures> failures = new LinkedHashMap<>();

  /**
   * Logins from one address that failed.
   *
   * @param reason of the last one
   */
  public record Failures(InetAddress address, long count, Instant last, String reason) {}

  /**
   * Counters since the start.
   *
   * @param failed refused, for whatever reason but the next one
   * @param refusedByRate not looked at, because so many from there had failed
   */
  public record Totals(long succeeded, long failed, long refusedByRate) {}

  synchronized void succeeded() {
    succeeded++;
  }

  synchronized void refusedByRate() {
    refusedByRate++;
  }

  synchronized void failed(InetAddress address, Instant now, String reason) {
    failed++;
    Failures before = failures.remove(address);
    failures.put(
        address, new Failures(address, before == null ? 1 : before.count() + 1, now, reason));
    if (failures.size() > ADDRESSES) {
      failures.remove(failures.keySet().iterator().next());
    }
  }

  public synchronized Totals totals() {
    return new Totals(succeeded, failed, refusedByRate);
  }

  /** The one that failed last comes first. */
  public synchronized List<Failures> failures() {
    return new ArrayList<>(failures.values()).reversed();
  }
}
