package org.holdfast.daemon;

import java.nio.file.Files;
import java.nio.file.Path;
import org.holdfast.backstore.AbsentDevice;
import org.holdfast.backstore.BackstoreException;
import org.holdfast.backstore.CacheMode;
import org.holdfast.backstore.DeviceRegistry;
import org.holdfast.backstore.FileDevice;
import org.holdfast.backstore.FileDeviceOptions;
import org.holdfast.backstore.RamDevice;
import org.holdfast.config.Plugin;
import org.holdfast.config.StorageObject;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceProfile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the devices of one daemon. Thread: the starting one. */
final class DeviceOpener {
  private static final Logger log = LoggerFactory.getLogger(DeviceOpener.class);

  private final DeviceRegistry registry = new DeviceRegistry();

  /**
   * Opens what {@code disk} describes. A device that is not there becomes one that answers NOT
   * READY: its LUN and its mappings stay. What the administrator has to put right stops the start.
   */
  BlockDevice open(StorageObject disk) throws StartException {
    if (disk.plugin() == Plugin.RAMDISK) {
      return new RamDevice(
          new DeviceProfile(
              disk.blockSize(),
              disk.size() / disk.blockSize(),
              0,
              disk.access() == StorageObject.Access.WRITE_BACK,
              disk.access() == StorageObject.Access.READ_ONLY,
              disk.provisioning() == StorageObject.Provisioning.THIN_WHERE_POSSIBLE),
          RamDevice.Memory.DIRECT);
    }
    if (disk.plugin() == Plugin.BLOCK && Files.isRegularFile(disk.dev().orElseThrow())) {
      // Its write cache, sector size and discard are asked of the kernel, which has none of a file.
      throw new StartException(
          "%s: %s is a regular file; say \"plugin\": \"fileio\", or name a block device"
              .formatted(disk.backstore(), disk.dev().orElseThrow()));
    }
    try {
      FileDevice device = FileDevice.open(options(disk), registry);
      if (disk.size() != 0 && device.profile().size() != disk.size()) {
        long found = device.profile().size();
        device.close();
        return absent(
            disk,
            "the configuration says "
                + disk.size()
                + " bytes, there are "
                + found
                + "; correct size or the file, then start again");
      }
      return device;
    } catch (BackstoreException e) {
      return switch (e.reason()) {
        case MISSING, IO_ERROR -> absent(disk, e.getMessage() + "; start again when it is there");
        case NOT_A_DEVICE, BAD_SIZE, NO_PERMISSION, BUSY, NO_SPACE ->
            throw new StartException(disk.backstore() + ": " + e.getMessage(), e);
      };
    }
  }

  private static FileDeviceOptions options(StorageObject disk) {
    Path path = disk.dev().orElseThrow();
    FileDeviceOptions options =
        FileDeviceOptions.existing(path)
            .withBlockSize(disk.blockSize())
            .withCache(
                disk.access() == StorageObject.Access.WRITE_BACK
                    ? CacheMode.WRITE_BACK
                    : CacheMode.WRITE_THROUGH)
            .withAccess(
                disk.access() == StorageObject.Access.READ_ONLY
                    ? FileDeviceOptions.Access.READ_ONLY
                    : FileDeviceOptions.Access.READ_WRITE)
            .withProvisioning(
                switch (disk.provisioning()) {
                  case THIN_WHERE_POSSIBLE -> FileDeviceOptions.Provisioning.THIN_WHERE_POSSIBLE;
                  case THICK -> FileDeviceOptions.Provisioning.THICK;
                });
    return switch (disk.creation()) {
      case NONE -> options;
      case SPARSE -> options.creating(disk.size(), FileDeviceOptions.Allocation.THIN);
      case PREALLOCATED -> options.creating(disk.size(), FileDeviceOptions.Allocation.FULL);
    };
  }

  private static BlockDevice absent(StorageObject disk, String why) {
    log.error("{} answers NOT READY: {}", disk.backstore(), why);
    // Nobody sees the size of a unit that is not ready; one block stands for "not known".
    long size = Math.max(disk.size(), disk.blockSize());
    return new AbsentDevice(
        new DeviceProfile(
            disk.blockSize(),
            size / disk.blockSize(),
            0,
            disk.access() == StorageObject.Access.WRITE_BACK,
            disk.access() == StorageObject.Access.READ_ONLY,
            false),
        why);
  }
}
