package org.holdfast.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.holdfast.backstore.FileDevice;
import org.holdfast.config.Configuration;
import org.holdfast.config.StorageObject;
import org.holdfast.scsi.LogicalUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From one configuration to the next while I/O goes on, all of it or nothing.
 *
 * <p>Whatever can fail comes first and can be undone: devices are opened, files grow, portals are
 * reserved. Then the new configuration is kept where a restart finds it; that is the point of no
 * return. What follows cannot fail: the new groups are served, every session goes by them or ends,
 * and what nobody sees any more is closed.
 *
 * <p>Thread: one at a time, and none that sessions run on: it waits for them.
 */
final class Reconfiguration {
  private static final Logger log = LoggerFactory.getLogger(Reconfiguration.class);

  /** How long commands of units that are taken away may take before nobody waits for them. */
  private static final long PATIENCE_SECONDS = 20;

  private final LogicalUnits units;
  private final PortalGroups groups;
  private final Frontend frontend;
  private final Step step;
  private final Map<String, LogicalUnits.Disk> next = new HashMap<>();
  private final Resources undo = new Resources();
  private final List<LogicalUnits.Disk> resized = new ArrayList<>();

  private Reconfiguration(LogicalUnits units, PortalGroups groups, Frontend frontend, Step step) {
    this.units = units;
    this.groups = groups;
    this.frontend = frontend;
    this.step = step;
  }

  /**
   * From where to where.
   *
   * @param unmade what becomes of a disk that is new in {@code wanted} and cannot be made
   */
  record Step(Configuration before, Configuration wanted, Unmade unmade) {}

  /**
   * Goes one step.
   *
   * @throws StartException naming what stands against it; everything is as it was
   */
  static void run(
      LogicalUnits units, PortalGroups groups, Frontend frontend, Step step, Daemon.Keeper keeper)
      throws StartException {
    new Reconfiguration(units, groups, frontend, step).run(keeper);
  }

  private void run(Daemon.Keeper keeper) throws StartException {
    List<PortalGroups.Served> served;
    Frontend.Prepared prepared;
    boolean kept = false;
    try {
      for (StorageObject object : step.wanted().storageObjects()) {
        next.put(object.backstore(), disk(object));
      }
      served = groups.of(step.wanted(), unitsOf(next));
      prepared =
          frontend.prepare(
              served.stream().map(PortalGroups.Served::group).toList(), step.wanted().discovery());
      undo.add(prepared::leave);
      keeper.keep();
      kept = true;
    } finally {
      if (!kept) {
        undo.close();
      }
    }
    commit(served, prepared);
  }

  private static Map<String, LogicalUnit> unitsOf(Map<String, LogicalUnits.Disk> disks) {
    Map<String, LogicalUnit> units = new HashMap<>();
    disks.forEach((backstore, disk) -> units.put(backstore, disk.unit()));
    return units;
  }

  // ---- What can fail.

  private LogicalUnits.Disk disk(StorageObject object) throws StartException {
    LogicalUnits.Disk now = units.served().get(object.backstore());
    if (now == null) {
      return opened(object, step.unmade());
    }
    if (now.object().opensLike(object)) {
      return resized(now, object);
    }
    String user = userOf(object.backstore());
    if (user != null) {
      throw new StartException(
          object.backstore()
              + ": only its size can be changed while "
              + user
              + " uses it; delete that LUN first, or restart the daemon with the new"
              + " configuration");
    }
    return replaced(now, object);
  }

  /** Which LUN leads to the disk now, or null. */
  private @Nullable String userOf(String backstore) {
    for (Configuration.Target target : step.before().targets()) {
      for (Configuration.PortalGroup group : target.portalGroups()) {
        for (Map.Entry<Integer, String> lun : group.luns().entrySet()) {
          if (group.enabled() && lun.getValue().equals(backstore)) {
            return "LUN %d of %s, portal group %d"
                .formatted(lun.getKey(), target.name(), group.tag());
          }
        }
      }
    }
    return null;
  }

  private LogicalUnits.Disk opened(StorageObject object, Unmade unmade) throws StartException {
    LogicalUnits.Disk disk = units.open(object, unmade);
    undo.add(disk::unmake);
    return disk;
  }

  /** Nobody uses it, so that it can be closed and opened in another way. */
  private LogicalUnits.Disk replaced(LogicalUnits.Disk now, StorageObject object)
      throws StartException {
    undo.add(() -> reopen(now));
    try {
      now.close();
    } catch (IllegalStateException e) {
      throw new StartException(object.backstore() + ": " + e.getMessage(), e);
    }
    // Where it was before it may be missing as before.
    boolean elsewhere = !object.dev().equals(now.object().dev());
    return opened(object, elsewhere ? step.unmade() : Unmade.AWAITED);
  }

  private void reopen(LogicalUnits.Disk before) {
    Map<String, LogicalUnits.Disk> disks = new HashMap<>(units.served());
    try {
      disks.put(before.object().backstore(), units.open(before.object(), Unmade.AWAITED));
    } catch (StartException e) {
      disks.remove(before.object().backstore());
      log.error("{} is not open any more; no LUN used it", before.object().backstore(), e);
    }
    units.serve(disks);
  }

  private LogicalUnits.Disk resized(LogicalUnits.Disk now, StorageObject object)
      throws StartException {
    LogicalUnits.Disk described = now.describedAs(object);
    long was = now.device().profile().size();
    if (!now.device().ready()) {
      // The size may be what keeps it away.
      units.expect(described);
      undo.add(() -> units.expect(now));
      return described;
    }
    if (object.size() == 0 || object.size() == was) {
      return described;
    }
    units.resize(described, FileDevice.Shrinking.REFUSED);
    undo.add(() -> shrinkBack(now, was));
    resized.add(described);
    return described;
  }

  /** Nobody has been told of what it grew by. */
  private void shrinkBack(LogicalUnits.Disk disk, long size) {
    try {
      units.resize(disk.describedAs(disk.object().withSize(size)), FileDevice.Shrinking.OF_ZEROS);
      units.resized(List.of(disk.object().backstore()));
    } catch (StartException e) {
      log.error("{} stays as large as it is", disk.object().backstore(), e);
    }
  }

  // ---- What cannot.

  private void commit(List<PortalGroups.Served> served, Frontend.Prepared prepared) {
    Map<String, LogicalUnits.Disk> previous = units.served();
    units.resized(resized.stream().map(disk -> disk.object().backstore()).toList());
    // Before anybody can log in at a port, the units behind it know of the port.
    Exposure.show(served);
    units.serve(next);
    CompletableFuture<Void> followed = prepared.commit();
    Exposure.hideOthers(unitsOf(next).values(), served);
    resized.forEach(disk -> disk.unit().capacityChanged());
    List<LogicalUnits.Disk> dropped = dropped(previous);
    CompletableFuture<Void> closed = followed.thenRunAsync(() -> close(dropped));
    await(closed, dropped);
  }

  /** Those that are away among them: they must not be opened when they come back. */
  private List<LogicalUnits.Disk> dropped(Map<String, LogicalUnits.Disk> previous) {
    Set<LogicalUnit> stay = new HashSet<>(unitsOf(next).values());
    return previous.values().stream().filter(disk -> !stay.contains(disk.unit())).toList();
  }

  private static void close(List<LogicalUnits.Disk> disks) {
    for (LogicalUnits.Disk disk : disks) {
      try {
        disk.close();
        log.info("{}: closed", disk.object().backstore());
      } catch (RuntimeException e) {
        log.error("{}: could not be closed properly", disk.object().backstore(), e);
      }
    }
  }

  private static void await(CompletableFuture<Void> closed, List<LogicalUnits.Disk> dropped) {
    try {
      closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      log.warn(
          "commands that were begun before still run after {} s; {} will be closed when they end",
          PATIENCE_SECONDS,
          dropped.stream().map(disk -> disk.object().backstore()).toList());
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("nothing here fails or interrupts", e);
    }
  }
}
