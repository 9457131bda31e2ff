package org.holdfast.daemon;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.holdfast.config.Configuration;
import org.holdfast.config.Configuration.DemoAccess;
import org.holdfast.config.Configuration.MappedLun;
import org.holdfast.config.Configuration.NodeAcl;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.iscsi.login.Chap;
import org.holdfast.scsi.InitiatorNames;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LunMap;

/** Who sees what in one portal group. Immutable. */
final class AccessList implements PortalGroup.Access {
  private final Map<String, LunMap> byInitiator;
  private final Optional<LunMap> others;
  private final Map<String, Optional<Chap>> chapByInitiator;
  private final Optional<Chap> chapOfOthers;

  private AccessList(
      Map<String, LunMap> byInitiator,
      Optional<LunMap> others,
      Map<String, Optional<Chap>> chapByInitiator,
      Optional<Chap> chapOfOthers) {
    this.chapByInitiator = Map.copyOf(chapByInitiator);
    this.chapOfOthers = chapOfOthers;
    this.byInitiator = Map.copyOf(byInitiator);
    this.others = others;
  }

  /**
   * Builds the list of a portal group.
   *
   * @param units by backstore
   */
  static AccessList of(Configuration.PortalGroup group, Map<String, LogicalUnit> units) {
    Map<String, LunMap> byInitiator = new HashMap<>();
    for (NodeAcl acl : group.acls()) {
      Map<Integer, LunMap.MappedLun> seen = new HashMap<>();
      for (MappedLun lun : acl.luns()) {
        seen.put(
            lun.lun(),
            new LunMap.MappedLun(
                unit(group, lun.portalGroupLun(), units), lun.readOnly() || group.aclsReadOnly()));
      }
      byInitiator.put(acl.initiator(), LunMap.of(seen));
    }
    return new AccessList(
        byInitiator,
        switch (group.demo()) {
          case NONE -> Optional.empty();
          case READ_ONLY, READ_WRITE -> Optional.of(everything(group, units));
        },
        group.acls().stream().collect(Collectors.toMap(NodeAcl::initiator, NodeAcl::chap)),
        group.chap());
  }

  private static LunMap everything(
      Configuration.PortalGroup group, Map<String, LogicalUnit> units) {
    Map<Integer, LunMap.MappedLun> seen = new HashMap<>();
    for (int lun : group.luns().keySet()) {
      seen.put(
          lun, new LunMap.MappedLun(unit(group, lun, units), group.demo() == DemoAccess.READ_ONLY));
    }
    return LunMap.of(seen);
  }

  private static LogicalUnit unit(
      Configuration.PortalGroup group, int lun, Map<String, LogicalUnit> units) {
    LogicalUnit unit = units.get(group.luns().get(lun));
    if (unit == null) {
      throw new IllegalStateException("LUN " + lun + " has no unit, but passed the checks");
    }
    return unit;
  }

  /** Who has an ACL that leads to {@code unit}; demo access names nobody. */
  InitiatorNames leadingTo(LogicalUnit unit) {
    Set<String> names =
        byInitiator.entrySet().stream()
            .filter(
                acl -> acl.getValue().units().values().stream().anyMatch(lun -> lun.unit() == unit))
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet());
    return names::contains;
  }

  @Override
  public Optional<LunMap> lunsFor(String initiatorName) {
    return Optional.ofNullable(byInitiator.get(initiatorName)).or(() -> others);
  }

  @Override
  public Optional<Chap> chapFor(String initiatorName) {
    return chapByInitiator.getOrDefault(initiatorName, chapOfOthers);
  }
}
