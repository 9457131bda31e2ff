package org.holdfast.daemon;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.Configuration;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.CommandTable;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.TargetEngine;

/** Makes the portal groups of a configuration. Thread: one at a time. */
final class PortalGroups {
  /** Relative target port identifiers, by target and portal group tag. */
  private static final String TARGET_PORTS = "target-ports";

  private final CommandTable commands;

  /** Kept: registrations are made for a port, and have to find it again after a restart. */
  private final Assignments relativeIds;

  private PortalGroups(CommandTable commands, Assignments relativeIds) {
    this.commands = commands;
    this.relativeIds = relativeIds;
  }

  static PortalGroups open(CommandTable commands, StateDirectory state) throws StartException {
    return new PortalGroups(
        commands,
        Assignments.load(
            state.file(TARGET_PORTS), StateFiles.onDisk(), PortalGroups::nextRelativeId));
  }

  /**
   * A portal group that is served.
   *
   * @param exposed the units behind its LUNs
   */
  record Served(PortalGroup group, TargetPort port, AccessList access, Set<LogicalUnit> exposed) {}

  /**
   * The groups that are enabled.
   *
   * @param units by backstore
   */
  List<Served> of(Configuration configuration, Map<String, LogicalUnit> units)
      throws StartException {
    List<Served> groups = new ArrayList<>();
    for (Configuration.Target target : configuration.targets()) {
      for (Configuration.PortalGroup group : target.portalGroups()) {
        if (group.enabled()) {
          groups.add(served(target, group, units));
        }
      }
    }
    return groups;
  }

  private Served served(
      Configuration.Target target, Configuration.PortalGroup group, Map<String, LogicalUnit> units)
      throws StartException {
    TargetPort port = port(target.name(), group.tag());
    AccessList access = AccessList.of(group, units);
    Set<LogicalUnit> exposed = new HashSet<>();
    group.luns().values().forEach(backstore -> exposed.add(units.get(backstore)));
    PortalGroup shown =
        new PortalGroup(
            target.name(),
            group.tag(),
            group.portals(),
            new TargetEngine(port, commands),
            access,
            group.parameters());
    return new Served(shown, port, access, exposed);
  }

  private TargetPort port(String target, int tag) throws StartException {
    String kept = relativeIds.of(target + "," + tag);
    try {
      return new TargetPort(target, tag, Integer.parseInt(kept));
    } catch (IllegalArgumentException e) {
      throw new StartException(
          TARGET_PORTS
              + " in the state directory: "
              + kept
              + " is no relative target port of "
              + target
              + "; expected 1 to 65535",
          e);
    }
  }

  private static String nextRelativeId(Collection<String> taken) {
    int next = 1;
    while (taken.contains(String.valueOf(next))) {
      next++;
    }
    return String.valueOf(next);
  }
}
