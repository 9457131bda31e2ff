package org.holdfast.daemon;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.iscsi.capture.Capture;
import org.holdfast.iscsi.capture.CaptureException;
import org.holdfast.iscsi.capture.CaptureInfo;
import org.holdfast.iscsi.capture.Captures;
import org.holdfast.iscsi.capture.Subject;
import org.holdfast.iscsi.login.Chap;
import org.holdfast.iscsi.netty.IscsiServer;
import org.holdfast.iscsi.netty.ServerSettings;
import org.holdfast.iscsi.session.IscsiNode;
import org.holdfast.iscsi.session.LoginRecord;
import org.holdfast.iscsi.session.SessionInfo;
import org.holdfast.iscsi.session.SessionLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The iSCSI side of one daemon: the sessions of all portal groups and the sockets under them.
 *
 * <p>Thread: whoever starts, changes or stops the daemon, one at a time; {@link #portals} any.
 */
final class Frontend implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Frontend.class);

  /** How long an event loop may take to begin to record one of its connections. */
  private static final Duration JOINING = Duration.ofSeconds(5);

  private final IscsiServer server;
  private final IscsiNode node;
  private final Captures captures = new Captures(InstantSource.system());
  private final Duration drain;

  /** Where the portals of {@link #groups} really are. */
  private Map<InetSocketAddress, InetSocketAddress> bound;

  /** What is served, with the addresses that the portals really have. Immutable. */
  private volatile List<PortalGroup> groups;

  /** What discovery sessions have to go through. */
  private volatile Optional<Chap> discovery = Optional.empty();

  private Frontend(Duration drain) throws IOException {
    this.drain = drain;
    this.groups = List.of();
    this.bound = Map.of();
    this.node = new IscsiNode(() -> groups, SessionLimits.DEFAULT, () -> discovery);
    this.server = IscsiServer.start(ServerSettings.defaults(), node, captures, List.of());
  }

  /**
   * Listens; returns when every portal accepts connections.
   *
   * @param discovery what discovery sessions have to go through
   * @param drain how long outstanding commands may take in {@link #close}
   */
  static Frontend start(List<PortalGroup> groups, Optional<Chap> discovery, Duration drain)
      throws StartException {
    try {
      Frontend frontend = new Frontend(drain);
      boolean started = false;
      try {
        var _ = frontend.prepare(groups, discovery).commit();
        started = true;
        return frontend;
      } finally {
        if (!started) {
          frontend.server.close();
        }
      }
    } catch (IOException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  /** A change that can no longer fail, and can still be left. Exactly one of the calls is made. */
  final class Prepared {
    private final List<PortalGroup> wanted;
    private final Optional<Chap> wantedDiscovery;
    private final Map<InetSocketAddress, InetSocketAddress> real;
    private final List<InetSocketAddress> reserved;

    private Prepared(
        List<PortalGroup> wanted,
        Optional<Chap> wantedDiscovery,
        Map<InetSocketAddress, InetSocketAddress> real,
        List<InetSocketAddress> reserved) {
      this.wanted = wanted;
      this.wantedDiscovery = wantedDiscovery;
      this.real = real;
      this.reserved = reserved;
    }

    /**
     * Serves the new groups.
     *
     * @return done when no session can touch a unit any more that it does not see now
     */
    CompletableFuture<Void> commit() {
      Set<InetSocketAddress> forsaken = new HashSet<>(bound.values());
      forsaken.removeAll(real.values());
      discovery = wantedDiscovery;
      groups = wanted.stream().map(group -> withPortals(group, real)).toList();
      bound = real;
      reserved.forEach(server::open);
      CompletableFuture<Void> followed = new CompletableFuture<>();
      node.reconfigured(() -> followed.complete(null));
      forsaken.forEach(server::forsake);
      return followed;
    }

    /** Everything stays as it is. */
    void leave() {
      reserved.forEach(server::forsake);
    }
  }

  /**
   * Takes what other groups need. Nothing changes for anybody yet.
   *
   * @throws StartException when a portal cannot be had or a login key is wrong; nothing is taken
   */
  Prepared prepare(List<PortalGroup> wanted, Optional<Chap> wantedDiscovery) throws StartException {
    List<InetSocketAddress> reserved = new ArrayList<>();
    Map<InetSocketAddress, InetSocketAddress> real = new LinkedHashMap<>();
    boolean prepared = false;
    try {
      wanted.forEach(IscsiNode::check);
      for (PortalGroup group : wanted) {
        // Targets may share a portal; it is listened on once.
        for (InetSocketAddress portal : group.portals()) {
          if (bound.containsKey(portal)) {
            real.put(portal, bound.get(portal));
          } else if (!real.containsKey(portal)) {
            InetSocketAddress got = server.reserve(portal);
            reserved.add(got);
            real.put(portal, got);
          }
        }
      }
      prepared = true;
      return new Prepared(wanted, wantedDiscovery, real, reserved);
    } catch (IOException | IllegalArgumentException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    } finally {
      if (!prepared) {
        reserved.forEach(server::forsake);
      }
    }
  }

  private static PortalGroup withPortals(
      PortalGroup group, Map<InetSocketAddress, InetSocketAddress> real) {
    Map<InetSocketAddress, InetSocketAddress> shown = new HashMap<>();
    // The address as it was asked for; only the port is news.
    real.forEach(
        (asked, got) -> shown.put(asked, new InetSocketAddress(asked.getAddress(), got.getPort())));
    return new PortalGroup(
        group.targetName(),
        group.tag(),
        group.portals().stream().map(shown::get).toList(),
        group.engine(),
        group.access(),
        group.parameters());
  }

  /** Who is logged in. */
  List<SessionInfo> sessions() {
    return node.registry().sessions();
  }

  Captures captures() {
    return captures;
  }

  /**
   * Records a session until it ends.
   *
   * @throws CaptureException when it cannot begin
   */
  CaptureInfo capture(SessionInfo session, Path file, long limit) throws CaptureException {
    return captures.start(
        new Subject.Session(session.tsih(), session.nexus().initiator().name()),
        file,
        limit,
        capture -> joined(session, capture));
  }

  private boolean joined(SessionInfo session, Capture capture) {
    try {
      return server
          .record(session.remote(), session.local(), capture)
          .orTimeout(JOINING.toSeconds(), TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      log.warn("{}: its event loop does not answer", session.remote(), e);
      return false;
    }
  }

  /** How logins went. */
  LoginRecord logins() {
    return node.logins();
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
    captures.close();
  }
}
