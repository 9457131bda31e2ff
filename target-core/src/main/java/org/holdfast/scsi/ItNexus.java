package org.holdfast.scsi;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.holdfast.pr.Nexus;

/**
 * A live I_T nexus: a session that is logged in. {@link ScsiTarget#attach} makes it, {@link
 * ScsiTarget#detach} ends it.
 */
public final class ItNexus {
  private final Nexus identity;
  private final String address;
  private final LunMap luns;

  /** Units whose task sets know this nexus; the engine closes them at detach. */
  private final Set<LogicalUnit> used = ConcurrentHashMap.newKeySet();

  private volatile boolean detached;

  ItNexus(Nexus identity, String address, LunMap luns) {
    this.identity = identity;
    this.address = address;
    this.luns = luns;
  }

  public Nexus identity() {
    return identity;
  }

  /**
   * Where the session comes from, for logs and the reservation journal: {@code 192.0.2.7:49152}.
   */
  public String address() {
    return address;
  }

  /** What this initiator may see. */
  public LunMap luns() {
    return luns;
  }

  Set<LogicalUnit> used() {
    return used;
  }

  boolean detached() {
    return detached;
  }

  void detach() {
    detached = true;
  }

  @Override
  public String toString() {
    return identity.initiator().portName() + " from " + address;
  }
}
