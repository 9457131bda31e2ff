package org.holdfast.iscsi.session;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.iscsi.login.IscsiName;
import org.holdfast.iscsi.login.KeyTable;
import org.holdfast.iscsi.login.NegotiationException;
import org.holdfast.iscsi.login.TextKeys.Pair;

/**
 * Discovery: the targets that an initiator may know of, and where they are (RFC 7143 appendix C). A
 * target without an ACL for the initiator does not exist for it, and neither does a portal group
 * that the portal it came through does not belong to.
 */
final class SendTargets {
  private final Supplier<List<PortalGroup>> groups;
  private final InetSocketAddress local;
  private final String initiatorName;

  /**
   * Discovery for one connection.
   *
   * @param groups every portal group of this daemon
   * @param local where the initiator reached us: the answer for portals that listen on every
   *     address
   */
  SendTargets(Supplier<List<PortalGroup>> groups, InetSocketAddress local, String initiatorName) {
    this.groups = groups;
    this.local = local;
    this.initiatorName = initiatorName;
  }

  /** The portal groups that {@code local} belongs to. */
  static List<PortalGroup> reachedBy(InetSocketAddress local, List<PortalGroup> groups) {
    return groups.stream()
        .filter(group -> group.portals().stream().anyMatch(portal -> serves(portal, local)))
        .toList();
  }

  private static boolean serves(InetSocketAddress portal, InetSocketAddress local) {
    InetAddress address = portal.getAddress();
    return address != null
        && (portal.getPort() == 0 || portal.getPort() == local.getPort())
        && (address.isAnyLocalAddress() || address.equals(local.getAddress()));
  }

  /**
   * The answer to {@code SendTargets=value}.
   *
   * @param ownTarget the target of a normal session, of which alone it may learn (appendix C);
   *     empty in a discovery session
   * @throws NegotiationException when the value is none that may be asked for. An answer {@code
   *     SendTargets=Reject} would not do: the key is the initiator's to send, and nothing is
   *     negotiated with it
   */
  List<Pair> answer(String value, Optional<String> ownTarget) throws NegotiationException {
    // Discovery stays among the groups that can be reached here: those of other portals are perhaps
    // on another network, and not this one's business.
    List<PortalGroup> all = groups.get();
    Map<String, List<PortalGroup>> visible =
        visible(ownTarget.isPresent() ? all : reachedBy(local, all));
    if (ownTarget.isPresent()) {
      visible.keySet().retainAll(List.of(ownTarget.get()));
    }
    if (value.equals("All") || (value.isEmpty() && ownTarget.isPresent())) {
      return describe(visible);
    }
    Optional<String> name = IscsiName.normalise(value);
    if (name.isEmpty()) {
      throw new NegotiationException(
          "SendTargets asks for neither All nor the name of a target, but for \"" + value + "\"");
    }
    visible.keySet().retainAll(List.of(name.get()));
    return describe(visible);
  }

  private Map<String, List<PortalGroup>> visible(List<PortalGroup> candidates) {
    Map<String, List<PortalGroup>> byTarget = new LinkedHashMap<>();
    for (PortalGroup group : candidates) {
      if (group.access().lunsFor(initiatorName).isPresent()) {
        byTarget.computeIfAbsent(group.targetName(), name -> new ArrayList<>()).add(group);
      }
    }
    return byTarget;
  }

  private List<Pair> describe(Map<String, List<PortalGroup>> targets) {
    List<Pair> pairs = new ArrayList<>();
    targets.forEach(
        (name, itsGroups) -> {
          pairs.add(new Pair(KeyTable.TARGET_NAME.name(), name));
          for (PortalGroup group : itsGroups) {
            for (InetSocketAddress portal : group.portals()) {
              pairs.add(
                  new Pair(KeyTable.TARGET_ADDRESS.name(), address(portal) + "," + group.tag()));
            }
          }
        });
    return pairs;
  }

  private String address(InetSocketAddress portal) {
    InetAddress address = portal.getAddress();
    int port = portal.getPort() == 0 ? local.getPort() : portal.getPort();
    if (address == null) {
      return portal.getHostString() + ":" + port;
    }
    InetAddress answered = address.isAnyLocalAddress() ? local.getAddress() : address;
    String host = answered.getHostAddress();
    if (answered instanceof Inet6Address) {
      int scope = host.indexOf('%');
      host = "[" + (scope < 0 ? host : host.substring(0, scope)) + "]";
    }
    return host + ":" + port;
  }
}
