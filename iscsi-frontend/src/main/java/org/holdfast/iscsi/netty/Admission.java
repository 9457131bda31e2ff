package org.holdfast.iscsi.netty;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Keeps connections that do not log in from crowding out those that do. A login takes milliseconds;
 * so when there are too many that have not finished theirs, the one that has waited longest has to
 * go: a port scan or a pile of half-open connections displaces itself, not the newcomer.
 *
 * <p>Any thread; the lock is held for a few map operations, and connections are closed outside it.
 */
final class Admission {
  private final ServerSettings.Limits limits;

  // Guarded by this.
  private final Set<Slot> pending = new LinkedHashSet<>();
  private final Map<InetAddress, Deque<Slot>> byAddress = new HashMap<>();
  private int connections;

  /** One connection's place. */
  final class Slot {
    private final InetAddress address;
    private final Runnable displace;
    private boolean open = true;

    private Slot(InetAddress address, Runnable displace) {
      this.address = address;
      this.displace = displace;
    }

    /** The connection has logged in: it cannot be displaced any more. */
    void loggedIn() {
      synchronized (Admission.this) {
        leavePending(this);
      }
    }

    /** The connection is gone; further calls do nothing. */
    void closed() {
      synchronized (Admission.this) {
        if (open) {
          open = false;
          connections--;
          leavePending(this);
        }
      }
    }
  }

  /** What was decided about a newcomer. */
  sealed interface Decision {
    /** Come in. */
    record Admitted(Slot slot) implements Decision {}

    /** The server is full of connections that are logged in. */
    record Refused(int connections) implements Decision {}
  }

  Admission(ServerSettings.Limits limits) {
    this.limits = limits;
  }

  /**
   * @param displace closes the connection when it has to make room; called at most once, on the
   *     thread of the newcomer
   */
  Decision admit(InetAddress address, Runnable displace) {
    Slot slot = new Slot(address, displace);
    Deque<Slot> displaced = new ArrayDeque<>();
    synchronized (this) {
      Deque<Slot> neighbours = byAddress.get(address);
      if (neighbours != null && neighbours.size() >= limits.pendingPerAddress()) {
        displaced.add(displaceOldest(neighbours.getFirst()));
      }
      if (pending.size() >= limits.pending()) {
        displaced.add(displaceOldest(pending.iterator().next()));
      }
      if (connections >= limits.connections() && !pending.isEmpty()) {
        displaced.add(displaceOldest(pending.iterator().next()));
      }
      if (connections >= limits.connections()) {
        return new Decision.Refused(connections);
      }
      connections++;
      pending.add(slot);
      byAddress.computeIfAbsent(address, key -> new ArrayDeque<>()).add(slot);
    }
    displaced.forEach(victim -> victim.displace.run());
    return new Decision.Admitted(slot);
  }

  synchronized int connections() {
    return connections;
  }

  synchronized int pending() {
    return pending.size();
  }

  private Slot displaceOldest(Slot oldest) {
    oldest.open = false;
    connections--;
    leavePending(oldest);
    return oldest;
  }

  private void leavePending(Slot slot) {
    if (pending.remove(slot)) {
      Deque<Slot> neighbours = byAddress.get(slot.address);
      if (neighbours != null && neighbours.remove(slot) && neighbours.isEmpty()) {
        byAddress.remove(slot.address);
      }
    }
  }
}
