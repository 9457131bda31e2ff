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
  private volatile LunMap luns;

  /** The inventory has changed since the login. */
  private volatile boolean remapped;

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

  void remap(LunMap now) {
    luns = now;
    remapped = true;
  }

  /** {@code unit} was at the LUN when a command came in, and no longer is. */
  boolean hasLost(long lun, LogicalUnit unit) {
    if (!remapped) {
      return false;
    }
    LunMap.MappedLun mapped = luns.find(lun);
    return mapped == null || !mapped.unit().equals(unit);
  }

  /**
   * The initiator knows that its inventory has changed: none of its units needs to tell it again
   * (SPC-4 clause 6.33, and LUICLR of the Extended INQUIRY Data page).
   */
  public void inventoryToldOf() {
    for (LogicalUnit unit : used) {
      unit.forget(this, SenseCode.REPORTED_LUNS_DATA_HAS_CHANGED);
    }
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
