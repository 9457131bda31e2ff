package org.holdfast.daemon;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.holdfast.backstore.FileDevice;
import org.holdfast.backstore.ReopeningDevice;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.NaaDesignator;
import org.holdfast.config.StorageObject;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.CommandTable;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LuIdentity;
import org.holdfast.scsi.RecentReservationEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logical units of a daemon: one for each storage object, however many LUNs lead to it.
 *
 * <p>Thread: whoever starts, changes or stops the daemon, one at a time; what is served may be
 * looked at by any.
 */
final class LogicalUnits implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogicalUnits.class);
  private static final String SERIALS = "serial-numbers";
  private static final String GROWING = "growing-files";
  private static final String REVISION = "1";

  /** How long a disk may take to be made stable when the daemon ends. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CommandTable commands;
  private final Assignments serials;
  private final ReservationTables tables;
  private final SettingsFiles settings;
  private final DeviceWatch watch;
  private final DeviceOpener opener;

  /** By backstore. Immutable; replaced as a whole. */
  private volatile Map<String, Disk> served = Map.of();

  private LogicalUnits(
      CommandTable commands,
      Assignments serials,
      ReservationTables tables,
      SettingsFiles settings,
      DeviceWatch watch,
      DeviceOpener opener) {
    this.commands = commands;
    this.opener = opener;
    this.watch = watch;
    this.serials = serials;
    this.tables = tables;
    this.settings = settings;
  }

  /**
   * A disk that is open.
   *
   * @param object what the configuration says of it
   * @param events what became of its reservations
   * @param held the device and what belongs to it
   */
  record Disk(
      StorageObject object,
      DeviceOpener.Opened opened,
      LogicalUnit unit,
      RecentReservationEvents events,
      Resources held) {
    BlockDevice device() {
      return opened.device();
    }

    /** Why the device is not ready, as far as that is known. */
    String reason() {
      return opened.reopening().map(ReopeningDevice::reason).orElse("");
    }

    Disk describedAs(StorageObject other) {
      return new Disk(other, opened, unit, events, held);
    }

    /** Makes stable what is not and lets the device go. Waits for what runs on it. */
    void close() {
      held.close();
    }

    /** Closes it; a file that was made for it goes. Only for one that nobody has been shown. */
    void unmake() {
      // While it is open nothing else can have its inode.
      opened.reopening().ifPresent(ReopeningDevice::removeIfMade);
      held.close();
    }
  }

  /**
   * Looks at what earlier runs have kept; serves nothing yet.
   *
   * @param resources gets what is to be closed after the disks, and the disks
   */
  static LogicalUnits open(CommandTable commands, StateDirectory state, Resources resources)
      throws StartException {
    Assignments serials =
        Assignments.load(
            state.file(SERIALS), StateFiles.onDisk(), _ -> UUID.randomUUID().toString());
    LogicalUnits units =
        new LogicalUnits(
            commands,
            serials,
            ReservationTables.open(state, resources),
            SettingsFiles.open(state, resources),
            DeviceWatch.start(resources),
            new DeviceOpener(GrowthNotes.load(state.file(GROWING), StateFiles.onDisk())));
    resources.add(units::close);
    return units;
  }

  /** Opens and serves all of them; those that were open when one fails are closed in the end. */
  void serveAll(List<StorageObject> objects) throws StartException {
    for (StorageObject object : objects) {
      Map<String, Disk> more = new HashMap<>(served);
      more.put(object.backstore(), open(object, Unmade.AWAITED));
      served = Map.copyOf(more);
    }
  }

  /** Opens one that is not served yet. The caller's until it is passed to {@link #serve}. */
  Disk open(StorageObject object, Unmade unmade) throws StartException {
    String serial =
        object.serial().isPresent() ? object.serial().get() : serials.of(object.backstore());
    LuIdentity identity =
        new LuIdentity(
            NaaDesignator.of(serial), serial, object.vendor(), object.product(), REVISION);
    Resources held = new Resources();
    boolean opened = false;
    try {
      Disk disk = open(object, unmade, identity, held);
      opened = true;
      return disk;
    } finally {
      if (!opened) {
        held.close();
      }
    }
  }

  private Disk open(StorageObject object, Unmade unmade, LuIdentity identity, Resources held)
      throws StartException {
    DeviceOpener.Opened opened = opener.open(object, unmade, held);
    BlockDevice device = opened.device();
    held.add(device::close);
    log.info(
        "{}: naa.{}, {}",
        object.backstore(),
        identity.naa(),
        device.ready() ? describe(device.profile()) : "not ready");
    ReservationTables.Held table =
        tables.unit(
            identity, device, commands, object.aptpl(), object.options(), settings.of(identity));
    LogicalUnit unit = table.unit();
    opened
        .reopening()
        .ifPresent(
            reopening -> {
              watch.add(unit, reopening);
              held.add(() -> watch.remove(unit));
            });
    return new Disk(object, opened, unit, table.events(), held);
  }

  /** A disk that is away is to be as its object says when it comes; see {@link DeviceOpener}. */
  void expect(Disk disk) {
    opener.expect(disk.opened(), disk.object());
  }

  /** Makes the file of {@code disk} as large as its object says; see {@link DeviceOpener}. */
  void resize(Disk disk, FileDevice.Shrinking shrinking) throws StartException {
    opener.resize(disk.opened(), disk.object(), shrinking);
  }

  /** Disks have the size for good that {@link #resize} gave them; see {@link DeviceOpener}. */
  void resized(Collection<String> backstores) {
    opener.resized(backstores);
  }

  /** What is served from now on. Those that are served no longer are the caller's to close. */
  void serve(Map<String, Disk> disks) {
    served = Map.copyOf(disks);
  }

  /** What is served, by backstore. Immutable. */
  Map<String, Disk> served() {
    return served;
  }

  /** The units of what is served. */
  Collection<LogicalUnit> units() {
    return served.values().stream().map(Disk::unit).toList();
  }

  /** As {@link #close(Duration)}, with what is reasonable for a daemon that is told to end. */
  @Override
  public void close() {
    close(PATIENCE);
  }

  /**
   * Closes what is served, all disks at once; what goes wrong with one does not keep the others
   * open.
   *
   * @param patience for each; a disk that still hangs then is left as it is
   * @throws IllegalStateException when there are such disks, naming them; the log has the rest
   */
  void close(Duration patience) {
    List<BoundedClose.Closing> disks =
        served.values().stream()
            .map(
                disk ->
                    new BoundedClose.Closing(
                        disk.object().backstore(),
                        disk.device().profile().writeCache(),
                        disk::close))
            .toList();
    served = Map.of();
    BoundedClose.all(disks, patience);
  }

  private static String describe(DeviceProfile profile) {
    return profile.size()
        + " bytes in blocks of "
        + profile.blockSize()
        + (profile.thin() ? ", thin" : "")
        + (profile.readOnly() ? ", read-only" : "")
        + (profile.writeCache() ? ", write cache" : ", writes are stable");
  }
}
