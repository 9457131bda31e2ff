package org.holdfast.iscsi.session;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who has to wait, because logins from the same address failed; what {@link LoginRecord} shows of
 * them is kept longer. An address with {@value #MOST} failures has to wait until its last one is
 * {@value #SECONDS} s ago. A login that succeeds changes nothing: it may be that of another host
 * behind the same address. Bounded: beyond {@value #ADDRESSES} addresses the one that failed
 * longest ago is forgotten.
 *
 * <p>Thread: any.
 */
final class FailedLogins {
  static final int MOST = 10;
  static final int SECONDS = 10;
  static final int ADDRESSES = 1024;
  private static final long WINDOW = SECONDS * 1_000_000_000L;

  private record Failures(int count, long last) {}

  /** The one that failed last is at the end. Guarded by this. */
  private final Map<InetAddress, Failures> failures = new LinkedHashMap<>();

  /**
   * Counts a failure.
   *
   * @param now monotone nanoseconds
   */
  synchronized void failed(InetAddress address, long now) {
    Failures before = failures.remove(address);
    int count = before == null || now - before.last() >= WINDOW ? 0 : before.count();
    failures.put(address, new Failures(Math.min(count + 1, MOST), now));
    if (failures.size() > ADDRESSES) {
      failures.remove(failures.keySet().iterator().next());
    }
  }

  /** Whether an address has to wait. */
  synchronized boolean mustWait(InetAddress address, long now) {
    Failures known = failures.get(address);
    if (known == null) {
      return false;
    }
    if (now - known.last() >= WINDOW) {
      failures.remove(address);
      return false;
    }
    return known.count() >= MOST;
  }

  synchronized int addresses() {
    return failures.size();
  }
}
