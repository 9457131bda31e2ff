package org.holdfast.scsi;

import java.util.HashSet;
import java.util.Set;
import org.holdfast.pr.Nexus;

/**
 * Whether the medium of a logical unit is in, and which I_T nexuses keep it there (SPC-4 clause
 * 6.18). The medium of a fixed disk is never taken out.
 *
 * <p>Thread: any; guarded by this object's monitor, except that {@link #ejected()} is one volatile
 * read.
 */
public final class RemovableMedium {
  private final Set<Nexus> preventing = new HashSet<>();
  private volatile boolean ejected;

  /** How loading ended. */
  public enum Loading {
    /** The medium was in already. */
    WAS_THERE,
    /** It has just come in. */
    LOADED,
    /** It may not be moved. */
    PREVENTED
  }

  /** {@code nexus} wants the medium to stay where it is. */
  public synchronized void prevent(Nexus nexus) {
    preventing.add(nexus);
  }

  /** {@code nexus} does not mind any longer; others still may. */
  public synchronized void allow(Nexus nexus) {
    preventing.remove(nexus);
  }

  /** Somebody wants the medium to stay where it is. */
  public synchronized boolean prevented() {
    return !preventing.isEmpty();
  }

  /** Takes the medium out; false when it may not be moved. It may be out already. */
  public synchronized boolean eject() {
    if (prevented()) {
      return false;
    }
    ejected = true;
    return true;
  }

  /** Puts the medium in. */
  public synchronized Loading load() {
    if (!ejected) {
      return Loading.WAS_THERE;
    }
    if (prevented()) {
      return Loading.PREVENTED;
    }
    ejected = false;
    return Loading.LOADED;
  }

  /** There is no medium to read or write. */
  public boolean ejected() {
    return ejected;
  }

  /** A reset forgets who prevented the removal; the medium stays where it is. */
  synchronized void reset() {
    preventing.clear();
  }
}
