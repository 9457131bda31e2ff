package org.holdfast.config;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.holdfast.iscsi.login.Chap;

/**
 * What the daemon serves. Immutable, and consistent: every reference in it leads somewhere.
 *
 * @param discovery what discovery sessions have to go through; empty: an initiator's name is enough
 */
public record Configuration(
    List<StorageObject> storageObjects, List<Target> targets, Optional<Chap> discovery) {
  public Configuration {
    storageObjects = List.copyOf(storageObjects);
    targets = List.copyOf(targets);
  }

  /**
   * An iSCSI target.
   *
   * @param name iSCSI name in lower case
   */
  public record Target(String name, List<PortalGroup> portalGroups) {
    public Target {
      portalGroups = List.copyOf(portalGroups);
    }
  }

  /**
   * A target portal group.
   *
   * @param tag portal group tag, 0..65535
   * @param enabled it is served
   * @param demo what initiators without an ACL may do
   * @param aclsReadOnly initiators with an ACL may only read
   * @param luns LUN → backstore ({@link StorageObject#backstore()})
   * @param chap what initiators without an ACL have to go through; empty: their name is enough
   * @param parameters login keys as the file has them
   */
  public record PortalGroup(
      int tag,
      boolean enabled,
      DemoAccess demo,
      boolean aclsReadOnly,
      List<InetSocketAddress> portals,
      SortedMap<Integer, String> luns,
      List<NodeAcl> acls,
      Optional<Chap> chap,
      Map<String, String> parameters) {
    public PortalGroup {
      portals = List.copyOf(portals);
      luns = new TreeMap<>(luns);
      acls = List.copyOf(acls);
      parameters = Map.copyOf(parameters);
    }

    PortalGroup withPortals(List<InetSocketAddress> others) {
      return new PortalGroup(
          tag, enabled, demo, aclsReadOnly, others, luns, acls, chap, parameters);
    }
  }

  /** Access without an ACL. */
  public enum DemoAccess {
    NONE,
    READ_ONLY,
    READ_WRITE
  }

  /**
   * An initiator that may log in.
   *
   * @param initiator iSCSI name in lower case
   * @param chap what it has to go through; empty: its name is enough
   */
  public record NodeAcl(String initiator, Optional<Chap> chap, List<MappedLun> luns) {
    public NodeAcl {
      luns = List.copyOf(luns);
    }
  }

  /**
   * A LUN as one initiator sees it.
   *
   * @param lun what the initiator calls it
   * @param portalGroupLun index in {@link PortalGroup#luns()}
   * @param readOnly this initiator may only read it
   */
  public record MappedLun(int lun, int portalGroupLun, boolean readOnly) {}

  /**
   * The same with every enabled portal group at {@code portals} instead of its own.
   *
   * @throws ConfigException when a target has several enabled groups, or demo access would leave
   *     loopback
   */
  public Configuration withPortals(List<InetSocketAddress> portals) throws ConfigException {
    List<Target> moved = new ArrayList<>();
    for (Target target : targets) {
      long enabled = target.portalGroups().stream().filter(PortalGroup::enabled).count();
      if (enabled > 1) {
        throw refused(
            target.name()
                + " has "
                + enabled
                + " enabled portal groups, which cannot share the same portals; change the file"
                + " instead");
      }
      List<PortalGroup> groups = new ArrayList<>();
      for (PortalGroup group : target.portalGroups()) {
        if (group.enabled() && group.demo() != DemoAccess.NONE) {
          for (InetSocketAddress portal : portals) {
            if (!portal.getAddress().isLoopbackAddress()) {
              throw refused(
                  DemoMode.REASON
                      + ", and "
                      + portal.getAddress().getHostAddress()
                      + " is not one; write a configuration with node_acls for "
                      + target.name());
            }
          }
        }
        groups.add(group.enabled() ? group.withPortals(portals) : group);
      }
      moved.add(new Target(target.name(), groups));
    }
    return new Configuration(storageObjects, moved, discovery);
  }

  private static ConfigException refused(String message) {
    return new ConfigException("--portal", List.of(new Finding("", message)), List.of());
  }
}
