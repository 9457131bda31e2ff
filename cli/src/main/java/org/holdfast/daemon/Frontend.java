package org.holdfast.daemon;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.iscsi.login.Chap;
import org.holdfast.iscsi.netty.IscsiServer;
import org.holdfast.iscsi.netty.ServerSettings;
import org.holdfast.iscsi.session.IscsiNode;
import org.holdfast.iscsi.session.SessionLimits;

/** The iSCSI side of one daemon: the sessions of all portal groups and the sockets under them. */
final class Frontend implements AutoCloseable {
  private final IscsiServer server;
  private final List<PortalGroup> groups;
  private final Duration drain;

  private Frontend(IscsiServer server, List<PortalGroup> groups, Duration drain) {
    this.server = server;
    this.groups = List.copyOf(groups);
    this.drain = drain;
  }

  /**
   * Listens; returns when every portal accepts connections.
   *
   * @param discovery what discovery sessions have to go through
   * @param drain how long outstanding commands may take in {@link #close}
   */
  static Frontend start(List<PortalGroup> groups, Optional<Chap> discovery, Duration drain)
      throws StartException {
    // Targets may share a portal; it is listened on once.
    List<InetSocketAddress> wanted =
        groups.stream().flatMap(group -> group.portals().stream()).distinct().toList();
    // Until the ports are known, a portal with port 0 stands for whichever port was reached.
    AtomicReference<List<PortalGroup>> served = new AtomicReference<>(groups);
    try {
      groups.forEach(IscsiNode::check);
      IscsiServer server =
          IscsiServer.start(
              ServerSettings.defaults(),
              new IscsiNode(served::get, SessionLimits.DEFAULT, discovery),
              wanted);
      List<PortalGroup> bound = bound(groups, wanted, server.boundAddresses());
      served.set(bound);
      return new Frontend(server, bound, drain);
    } catch (IOException | IllegalArgumentException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  /** The groups with the addresses that their portals really have. */
  private static List<PortalGroup> bound(
      List<PortalGroup> groups, List<InetSocketAddress> wanted, List<InetSocketAddress> got) {
    Map<InetSocketAddress, InetSocketAddress> real = new LinkedHashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      // The address as it was asked for; only the port is news.
      real.put(
          wanted.get(i), new InetSocketAddress(wanted.get(i).getAddress(), got.get(i).getPort()));
    }
    return groups.stream()
        .map(
            group ->
                new PortalGroup(
                    group.targetName(),
                    group.tag(),
                    group.portals().stream().map(real::get).toList(),
                    group.engine(),
                    group.access(),
                    group.parameters()))
        .toList();
  }

  /** Where everything can be reached. */
  List<Daemon.BoundPortal> portals() {
    List<Daemon.BoundPortal> portals = new ArrayList<>();
    for (PortalGroup group : groups) {
      for (InetSocketAddress address : group.portals()) {
        portals.add(new Daemon.BoundPortal(group.targetName(), group.tag(), address));
      }
    }
    return portals;
  }

  /** Stops accepting and lets what is outstanding end. */
  @Override
  public void close() {
    server.drain(drain);
  }
}
