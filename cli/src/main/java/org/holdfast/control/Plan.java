package org.holdfast.control;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.holdfast.config.Configuration;
import org.holdfast.config.Element;
import org.holdfast.iscsi.login.IscsiName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What would change, and which sessions would end.
 *
 * @param changes in the order of the new document; what is removed first
 */
record Plan(List<Change> changes) {
  private static final int LOGGED = 8;

  Plan {
    changes = List.copyOf(changes);
  }

  /**
   * A session that is there.
   *
   * @param initiator iSCSI name
   * @param target iSCSI name
   * @param tag portal group tag
   * @param portal the address that it came through
   */
  record Session(String initiator, String target, int tag, InetSocketAddress portal) {
    String shown() {
      return initiator + " at " + target + " tpg" + tag;
    }
  }

  /**
   * Compares what is served with what is to be.
   *
   * @param wanted what {@code after} comes to
   */
  static Plan between(
      JsonNode before, JsonNode after, Configuration wanted, List<Session> sessions) {
    List<Change> changes = new ArrayList<>(DocumentDiff.between(before, after));
    for (Session session : sessions) {
      if (!admitted(session, wanted)) {
        blame(session, changes);
      }
    }
    return new Plan(changes);
  }

  /** Whether the session may stay, as it finds out itself when it is told to look. */
  private static boolean admitted(Session session, Configuration wanted) {
    Optional<Configuration.PortalGroup> group =
        wanted.targets().stream()
            .filter(target -> target.name().equals(session.target()))
            .flatMap(target -> target.portalGroups().stream())
            .filter(one -> one.tag() == session.tag() && one.enabled())
            .findFirst();
    return group.isPresent()
        && group.get().portals().stream().anyMatch(portal -> leadsTo(portal, session.portal()))
        && (group.get().demo() != Configuration.DemoAccess.NONE
            || group.get().acls().stream()
                .anyMatch(acl -> acl.initiator().equals(session.initiator())));
  }

  /** A portal with port 0 has got any; one without an address is at all. */
  private static boolean leadsTo(InetSocketAddress portal, InetSocketAddress reached) {
    return (portal.getPort() == 0 || portal.getPort() == reached.getPort())
        && (portal.getAddress().isAnyLocalAddress()
            || portal.getAddress().equals(reached.getAddress()));
  }

  /** The change closest to the session takes the blame; there is always one. */
  private static void blame(Session session, List<Change> changes) {
    int guilty = -1;
    int closest = -1;
    for (int i = 0; i < changes.size(); i++) {
      int close = closeness(changes.get(i).scope(), session);
      if (changes.get(i).kind() != Change.Kind.ADD && close > closest) {
        closest = close;
        guilty = i;
      }
    }
    if (guilty >= 0) {
      List<String> dropped = new ArrayList<>(changes.get(guilty).sessionsDropped());
      dropped.add(session.shown());
      changes.set(guilty, changes.get(guilty).dropping(dropped));
    }
  }

  /** -1: another one is concerned; otherwise how many of its names the session shares. */
  private static int closeness(Element.Scope scope, Session session) {
    if (scope.target() == null) {
      return 0;
    }
    if (!same(scope.target(), session.target())) {
      return -1;
    }
    if (scope.tag() == null) {
      return 1;
    }
    if (!scope.tag().equals(String.valueOf(session.tag()))) {
      return -1;
    }
    if (scope.initiator() == null) {
      return 2;
    }
    return same(scope.initiator(), session.initiator()) ? 3 : -1;
  }

  private static boolean same(String name, String other) {
    return IscsiName.normalise(name).equals(IscsiName.normalise(other));
  }

  /** For the log: {@code add disk fileio/d1, remove lun 0 of …}. */
  String summary() {
    String all =
        changes.stream()
            .limit(LOGGED)
            .map(change -> change.kind().word() + " " + change.what())
            .collect(Collectors.joining(", "));
    int more = changes.size() - LOGGED;
    return changes.isEmpty() ? "no change" : more > 0 ? all + " and " + more + " more" : all;
  }

  ArrayNode json() {
    ArrayNode list = Json.array();
    for (Change change : changes) {
      ObjectNode one = list.addObject();
      one.put("kind", change.kind().word());
      one.put("what", change.what());
      one.put("path", change.path());
      one.put("detail", change.detail());
      one.set("sessions_dropped", Json.texts(change.sessionsDropped()));
    }
    return list;
  }
}
