package org.holdfast.daemon;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.holdfast.backstore.ReopeningDevice;
import org.holdfast.backstore.StateFiles;
import org.holdfast.config.NaaDesignator;
import org.holdfast.config.StorageObject;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.CommandTable;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LuIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the logical units of a configuration: one for each storage object, however many LUNs. */
final class LogicalUnits {
  private static final Logger log = LoggerFactory.getLogger(LogicalUnits.class);
  private static final String SERIALS = "serial-numbers";
  private static final String REVISION = "1";

  private LogicalUnits() {}

  /**
   * Opens all devices.
   *
   * @param resources gets what is to be closed, also when this fails half-way
   * @return by backstore
   */
  static Map<String, LogicalUnit> open(
      List<StorageObject> disks, CommandTable commands, StateDirectory state, Resources resources)
      throws StartException {
    Assignments serials =
        Assignments.load(
            state.file(SERIALS), StateFiles.onDisk(), _ -> UUID.randomUUID().toString());
    ReservationTables tables = ReservationTables.open(state, resources);
    SettingsFiles settings = SettingsFiles.open(state, resources);
    DeviceOpener opener = new DeviceOpener();
    Map<String, LogicalUnit> units = new LinkedHashMap<>();
    Map<LogicalUnit, ReopeningDevice> watched = new LinkedHashMap<>();
    for (StorageObject disk : disks) {
      String serial =
          disk.serial().isPresent() ? disk.serial().get() : serials.of(disk.backstore());
      LuIdentity identity =
          new LuIdentity(NaaDesignator.of(serial), serial, disk.vendor(), disk.product(), REVISION);
      DeviceOpener.Opened opened = opener.open(disk, resources);
      BlockDevice device = opened.device();
      resources.add(device::close);
      log.info(
          "{}: naa.{}, {}",
          disk.backstore(),
          identity.naa(),
          device.ready() ? describe(device.profile()) : "not ready");
      LogicalUnit unit =
          tables.unit(
              identity, device, commands, disk.aptpl(), disk.options(), settings.of(identity));
      units.put(disk.backstore(), unit);
      opened.reopening().ifPresent(reopening -> watched.put(unit, reopening));
    }
    DeviceWatch.start(watched, resources);
    return units;
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
