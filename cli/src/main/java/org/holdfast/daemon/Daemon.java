package org.holdfast.daemon;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.holdfast.config.Configuration;
import org.holdfast.config.StorageObject;
import org.holdfast.iscsi.capture.CaptureException;
import org.holdfast.iscsi.capture.CaptureInfo;
import org.holdfast.iscsi.capture.Captures;
import org.holdfast.iscsi.session.LoginRecord;
import org.holdfast.iscsi.session.SessionInfo;
import org.holdfast.scsi.CommandTable;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.RecentReservationEvents;
import org.holdfast.scsi.command.StandardCommands;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running daemon. {@link #start} takes what it needs in this order, and {@link #close} gives it
 * back in the opposite one: state directory, devices, portals.
 */
public final class Daemon implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Daemon.class);

  /** How long outstanding commands may take when the daemon ends. */
  private static final Duration DRAIN = Duration.ofSeconds(15);

  private final Resources resources;
  private final LogicalUnits units;
  private final PortalGroups groups;
  private final Frontend frontend;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Held by whoever changes what is served, or ends it. */
  private final ReentrantLock changing = new ReentrantLock();

  /** Written under {@link #changing}. */
  private volatile Configuration configuration;

  private Daemon(
      Resources resources,
      LogicalUnits units,
      PortalGroups groups,
      Frontend frontend,
      Configuration configuration) {
    this.resources = resources;
    this.units = units;
    this.groups = groups;
    this.frontend = frontend;
    this.configuration = configuration;
  }

  /**
   * Where a target can be reached.
   *
   * @param target iSCSI name
   * @param tag portal group tag
   * @param address with the real port
   */
  public record BoundPortal(String target, int tag, InetSocketAddress address) {}

  /**
   * Starts to serve; returns when every portal accepts connections. When it fails, nothing stays
   * open.
   *
   * @param stateDirectory made when missing; held until {@link #close}
   */
  public static Daemon start(Configuration configuration, Path stateDirectory)
      throws StartException {
    Resources resources = new Resources();
    boolean started = false;
    try {
      StateDirectory state = StateDirectory.open(stateDirectory);
      resources.add(state::close);
      CommandTable commands = StandardCommands.table();
      LogicalUnits units = LogicalUnits.open(commands, state, resources);
      units.serveAll(configuration.storageObjects());
      ThresholdWatch.start(units::units, resources);
      PortalGroups groups = PortalGroups.open(commands, state);
      List<PortalGroups.Served> served = groups.of(configuration, unitsOf(units));
      Exposure.show(served);
      Frontend frontend =
          Frontend.start(
              served.stream().map(PortalGroups.Served::group).toList(),
              configuration.discovery(),
              DRAIN);
      resources.add(frontend::close);
      started = true;
      return new Daemon(resources, units, groups, frontend, configuration);
    } finally {
      if (!started) {
        resources.close();
      }
    }
  }

  /** Where the targets can be reached, in the order of the configuration. */
  public List<BoundPortal> portals() {
    return frontend.portals();
  }

  /**
   * A disk as it is now.
   *
   * @param reason why it is not ready, as far as that is known; empty when it is
   * @param events what became of its reservations
   */
  public record ServedDisk(
      StorageObject object, LogicalUnit unit, String reason, RecentReservationEvents events) {}

  /** The disks that are served, in the order of the configuration. */
  public List<ServedDisk> disks() {
    Map<String, LogicalUnits.Disk> served = units.served();
    return configuration.storageObjects().stream()
        .map(object -> served.get(object.backstore()))
        .filter(Objects::nonNull)
        .map(disk -> new ServedDisk(disk.object(), disk.unit(), disk.reason(), disk.events()))
        .toList();
  }

  /** Who is logged in, as it is now. */
  public List<SessionInfo> sessions() {
    return frontend.sessions();
  }

  /** How logins went. */
  public LoginRecord logins() {
    return frontend.logins();
  }

  /** Recordings of what initiators and this daemon say to each other. */
  public Captures captures() {
    return frontend.captures();
  }

  /**
   * Records a session until it ends. Blocks for a bounded time.
   *
   * @throws CaptureException when it cannot begin
   */
  public CaptureInfo capture(SessionInfo session, Path file, long limit) throws CaptureException {
    return frontend.capture(session, file, limit);
  }

  /** What is served now. */
  public Configuration configuration() {
    return configuration;
  }

  /**
   * Serves another configuration, all of it or, when something stands against it, what was served
   * before. I/O of what stays the same goes on. Blocks; not for the threads of sessions.
   *
   * @param unmade what becomes of a new disk that cannot be made
   * @param keeper puts the new configuration where a restart finds it, once nothing else can fail
   * @throws StartException naming what stands against it; everything is as it was
   */
  public void apply(Configuration wanted, Unmade unmade, Keeper keeper) throws StartException {
    changing.lock();
    try {
      if (closing.get()) {
        throw new StartException("the daemon is ending; nothing is changed any more");
      }
      Reconfiguration.run(
          units, groups, frontend, new Reconfiguration.Step(configuration, wanted, unmade), keeper);
      configuration = wanted;
    } finally {
      changing.unlock();
    }
  }

  /** Keeps a configuration on stable storage. */
  @FunctionalInterface
  public interface Keeper {
    void keep() throws StartException;
  }

  private static Map<String, LogicalUnit> unitsOf(LogicalUnits units) {
    return units.served().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, disk -> disk.getValue().unit()));
  }

  /** Returns when the daemon has been closed, by whomever. */
  public void awaitClose() {
    boolean done = false;
    while (!done) {
      try {
        closed.await();
        done = true;
      } catch (InterruptedException e) {
        // Nobody interrupts a thread here; and there is nothing to give up waiting for.
        log.warn("interrupted while waiting for the end; going on", e);
      }
    }
  }

  /**
   * Takes no new connections, lets outstanding commands end (for a bounded time), makes the devices
   * stable and lets everything go. A second call waits for the first.
   */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      changing.lock();
      try {
        resources.close();
      } finally {
        changing.unlock();
        closed.countDown();
      }
    } else {
      awaitClose();
    }
  }
}
