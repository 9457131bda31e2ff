package org.holdfast.daemon;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.Configuration;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.CommandTable;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.TargetEngine;
import org.holdfast.scsi.command.StandardCommands;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running daemon. {@link #start} takes what it needs in this order, and {@link #close} gives it
 * back in the opposite one: state directory, devices, portals.
 */
public final class Daemon implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Daemon.class);

  /** Relative target port identifiers, by target and portal group tag. */
  private static final String TARGET_PORTS = "target-ports";

  /** How long outstanding commands may take when the daemon ends. */
  private static final Duration DRAIN = Duration.ofSeconds(15);

  private final Resources resources;
  private final List<BoundPortal> portals;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private Daemon(Resources resources, List<BoundPortal> portals) {
    this.resources = resources;
    this.portals = List.copyOf(portals);
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
      Map<String, LogicalUnit> units =
          LogicalUnits.open(configuration.storageObjects(), commands, state, resources);
      ThresholdWatch.start(units.values(), resources);
      Frontend frontend =
          Frontend.start(
              portalGroups(configuration, commands, units, state),
              configuration.discovery(),
              DRAIN);
      resources.add(frontend::close);
      started = true;
      return new Daemon(resources, frontend.portals());
    } finally {
      if (!started) {
        resources.close();
      }
    }
  }

  private static List<PortalGroup> portalGroups(
      Configuration configuration,
      CommandTable commands,
      Map<String, LogicalUnit> units,
      StateDirectory state)
      throws StartException {
    // Kept: registrations are made for a port, and have to find it again after a restart.
    Assignments relativeIds =
        Assignments.load(state.file(TARGET_PORTS), StateFiles.onDisk(), Daemon::nextRelativeId);
    List<PortalGroup> groups = new ArrayList<>();
    for (Configuration.Target target : configuration.targets()) {
      for (Configuration.PortalGroup group : target.portalGroups()) {
        if (group.enabled()) {
          TargetPort port = port(target.name(), group.tag(), relativeIds);
          AccessList access = AccessList.of(group, units);
          for (String backstore : group.luns().values()) {
            LogicalUnit unit = unit(units, backstore);
            unit.exposeAt(port, access.leadingTo(unit));
          }
          groups.add(
              new PortalGroup(
                  target.name(),
                  group.tag(),
                  group.portals(),
                  new TargetEngine(port, commands),
                  access,
                  group.parameters()));
        }
      }
    }
    return groups;
  }

  private static LogicalUnit unit(Map<String, LogicalUnit> units, String backstore) {
    return Objects.requireNonNull(units.get(backstore), "a LUN without a unit passed the checks");
  }

  private static TargetPort port(String target, int tag, Assignments relativeIds)
      throws StartException {
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

  /** Where the targets can be reached, in the order of the configuration. */
  public List<BoundPortal> portals() {
    return portals;
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
      try {
        resources.close();
      } finally {
        closed.countDown();
      }
    } else {
      awaitClose();
    }
  }
}
