package org.holdfast.daemon;

import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.holdfast.backstore.AbsentDevice;
import org.holdfast.backstore.BackstoreException;
import org.holdfast.backstore.CacheMode;
import org.holdfast.backstore.DeviceRegistry;
import org.holdfast.backstore.FileDevice;
import org.holdfast.backstore.FileDeviceOptions;
import org.holdfast.backstore.RamDevice;
import org.holdfast.backstore.ReopeningDevice;
import org.holdfast.config.Plugin;
import org.holdfast.config.StorageObject;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceProfile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the devices of one daemon. Thread: any, one for each device at a time. */
final class DeviceOpener {
  private static final Logger log = LoggerFactory.getLogger(DeviceOpener.class);

  private final DeviceRegistry registry = new DeviceRegistry();
  private final GrowthNotes growth;

  DeviceOpener(GrowthNotes growth) {
    this.growth = growth;
  }

  /**
   * A device as its unit gets it.
   *
   * @param reopening what in it may go and come back
   */
  record Opened(BlockDevice device, Optional<ReopeningDevice> reopening) {}

  /**
   * Opens what {@code disk} describes. A device that is not there becomes one that answers NOT
   * READY until it is: its LUN and its mappings stay. What the administrator has to put right stops
   * the start.
   *
   * @param unmade whether that is so, too, when its file is to be made and cannot be
   * @param resources gets what belongs to the device's wrappers, to be closed after it
   */
  Opened open(StorageObject disk, Unmade unmade, Resources resources) throws StartException {
    if (disk.plugin() == Plugin.RAMDISK) {
      return new Opened(Wrappers.around(memory(disk), disk, resources), Optional.empty());
    }
    ReopeningDevice device = openOrAbsent(disk, unmade);
    return new Opened(Wrappers.around(device, disk, resources), Optional.of(device));
  }

  /** A device that is away is to be as {@code disk} says when it comes. */
  void expect(Opened opened, StorageObject disk) {
    opened.reopening().ifPresent(device -> device.openBy(() -> openFile(disk)));
  }

  /**
   * Makes the file of an open disk as large as {@code disk} says. Blocks.
   *
   * @throws StartException with a message for the administrator; nothing has changed
   */
  void resize(Opened opened, StorageObject disk, FileDevice.Shrinking shrinking)
      throws StartException {
    ReopeningDevice device =
        opened
            .reopening()
            .orElseThrow(
                () ->
                    new StartException(
                        ("%s: has %d bytes and cannot be given %d: memory cannot be resized; delete"
                                + " the disk and make it anew")
                            .formatted(
                                disk.backstore(), opened.device().profile().size(), disk.size())));
    long now = device.profile().size();
    if (disk.size() > now) {
      growth.begins(disk.backstore(), new GrowthNotes.Note(now, disk.size()));
    }
    try {
      device.resize(disk.size(), shrinking, () -> openFile(disk));
    } catch (BackstoreException e) {
      throw new StartException(disk.backstore() + ": " + e.getMessage(), e);
    }
  }

  /** Disks that were resized have the size that the configuration gives them, or have it again. */
  void resized(Collection<String> backstores) {
    growth.ended(backstores);
  }

  private static RamDevice memory(StorageObject disk) {
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

  private ReopeningDevice openOrAbsent(StorageObject disk, Unmade unmade) throws StartException {
    if (disk.plugin() == Plugin.BLOCK && Files.isRegularFile(disk.dev().orElseThrow())) {
      // Its write cache, sector size and discard are asked of the kernel, which has none of a file.
      throw new StartException(
          "%s: %s is a regular file; say \"plugin\": \"fileio\", or name a block device"
              .formatted(disk.backstore(), disk.dev().orElseThrow()));
    }
    try {
      return new ReopeningDevice(disk.backstore(), openFile(disk), "", () -> openFile(disk));
    } catch (BackstoreException e) {
      return switch (e.reason()) {
        case MISSING, IO_ERROR -> {
          if (isRefused(disk, unmade)) {
            throw cannotBeOpened(disk, e);
          }
          yield absent(disk, String.valueOf(e.getMessage()));
        }
        case NOT_A_DEVICE, BAD_SIZE, UNSUPPORTED, NO_PERMISSION, BUSY, NO_SPACE ->
            throw cannotBeOpened(disk, e);
      };
    }
  }

  /** A file that is to be there already may come; one that is to be made now does not. */
  private static boolean isRefused(StorageObject disk, Unmade unmade) {
    boolean toBeMade =
        switch (disk.creation()) {
          case NONE -> false;
          case SPARSE, PREALLOCATED -> true;
        };
    return switch (unmade) {
      case AWAITED -> false;
      case REFUSED -> toBeMade;
    };
  }

  private static StartException cannotBeOpened(StorageObject disk, BackstoreException e) {
    return new StartException(disk.backstore() + ": " + e.getMessage(), e);
  }

  /** A daemon was killed between a file's growth and the configuration that asked for it. */
  private void takeBackGrowth(StorageObject disk) throws BackstoreException {
    Optional<GrowthNotes.Note> note = growth.of(disk.backstore());
    if (note.isEmpty()) {
      return;
    }
    if (note.get().from() == disk.size()) {
      FileDevice device = FileDevice.open(existing(disk), registry);
      try {
        long found = device.profile().size();
        if (found > note.get().from() && found <= note.get().to()) {
          cutBack(disk, device, found);
        }
      } finally {
        device.close();
      }
    }
    growth.ended(List.of(disk.backstore()));
  }

  /** Only zeros: whatever the note and the configuration say, nothing that was written goes. */
  private static void cutBack(StorageObject disk, FileDevice device, long found)
      throws BackstoreException {
    try {
      var _ = device.resize(disk.size(), FileDevice.Shrinking.OF_ZEROS);
      log.warn(
          "{}: {} had grown to {} bytes for a change that was never made; it has {} again",
          disk.backstore(),
          disk.dev().orElseThrow(),
          found,
          disk.size());
    } catch (BackstoreException e) {
      if (e.reason() != BackstoreException.Reason.BAD_SIZE) {
        throw e;
      }
      // What is wrong with the size, and what to do, is said when it is opened.
      log.warn("{}: {}", disk.backstore(), e.getMessage());
    }
  }

  private FileDevice openFile(StorageObject disk) throws BackstoreException {
    takeBackGrowth(disk);
    FileDevice device = FileDevice.open(options(disk), registry);
    long found = device.profile().size();
    if (disk.size() == 0 || found == disk.size()) {
      return device;
    }
    device.close();
    // Not BAD_SIZE: a disk that is being restored may have it yet.
    throw new BackstoreException(
        BackstoreException.Reason.IO_ERROR,
        "%s: the configuration says %d bytes, there are %d; correct size or the file"
            .formatted(disk.dev().orElseThrow(), disk.size(), found));
  }

  private static FileDeviceOptions options(StorageObject disk) {
    FileDeviceOptions options = existing(disk);
    return switch (disk.creation()) {
      case NONE -> options;
      case SPARSE -> options.creating(disk.size(), FileDeviceOptions.Allocation.THIN);
      case PREALLOCATED -> options.creating(disk.size(), FileDeviceOptions.Allocation.FULL);
    };
  }

  private static FileDeviceOptions existing(StorageObject disk) {
    return FileDeviceOptions.existing(disk.dev().orElseThrow())
        .withBlockSize(disk.blockSize())
        .withCache(
            disk.access() == StorageObject.Access.WRITE_BACK
                ? CacheMode.WRITE_BACK
                : CacheMode.WRITE_THROUGH)
        .withBuffering(
            switch (disk.buffering()) {
              case PAGE_CACHE -> FileDeviceOptions.Buffering.PAGE_CACHE;
              case DIRECT -> FileDeviceOptions.Buffering.DIRECT;
            })
        .withAccess(
            disk.access() == StorageObject.Access.READ_ONLY
                ? FileDeviceOptions.Access.READ_ONLY
                : FileDeviceOptions.Access.READ_WRITE)
        .withProvisioning(
            switch (disk.provisioning()) {
              case THIN_WHERE_POSSIBLE -> FileDeviceOptions.Provisioning.THIN_WHERE_POSSIBLE;
              case THICK -> FileDeviceOptions.Provisioning.THICK;
            });
  }

  private ReopeningDevice absent(StorageObject disk, String why) {
    log.error("{} answers NOT READY until this is put right: {}", disk.backstore(), why);
    // Nobody sees the size of a unit that is not ready; one block stands for "not known".
    long size = Math.max(disk.size(), disk.blockSize());
    DeviceProfile profile =
        new DeviceProfile(
            disk.blockSize(),
            size / disk.blockSize(),
            0,
            disk.access() == StorageObject.Access.WRITE_BACK,
            disk.access() == StorageObject.Access.READ_ONLY,
            false);
    return new ReopeningDevice(
        disk.backstore(), new AbsentDevice(profile, why), why, () -> openFile(disk));
  }
}
