package org.holdfast.daemon;

import java.util.Collection;
import java.util.List;
import org.holdfast.scsi.LogicalUnit;

/** Tells units which target ports lead to them, and whom the administrator let in there. */
final class Exposure {
  private Exposure() {}

  /** To be done before anybody can log in. */
  static void show(List<PortalGroups.Served> groups) {
    for (PortalGroups.Served group : groups) {
      for (LogicalUnit unit : group.exposed()) {
        unit.exposeAt(group.port(), group.access().leadingTo(unit));
      }
    }
  }

  /** To be done when everybody goes by {@code groups}: other ports lead to the units no longer. */
  static void hideOthers(Collection<LogicalUnit> units, List<PortalGroups.Served> groups) {
    for (LogicalUnit unit : units) {
      unit.hideAllBut(
          groups.stream()
              .filter(group -> group.exposed().contains(unit))
              .map(PortalGroups.Served::port)
              .toList());
    }
  }
}
