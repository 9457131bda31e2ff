package org.holdfast.config;

import java.nio.file.Path;
import java.util.Optional;
import org.holdfast.pr.AptplPolicy;
import org.holdfast.scsi.UnitOptions;

/**
 * One disk.
 *
 * @param plugin what holds the data
 * @param name unique within the plugin
 * @param dev file or device; absent for a ramdisk
 * @param size bytes; 0: that of the file or device
 * @param serial unit serial number; absent: generated once
 * @param access how it is opened
 * @param blockSize logical block size in bytes, 512 or 4096
 * @param provisioning whether its blocks can be unmapped
 * @param creation what to do when the file is missing
 * @param vendor T10 vendor identification
 * @param product product identification
 * @param aptpl whether reservations survive a restart when the host asks for it, or always
 * @param options what else its initiators see of it
 */
public record StorageObject(
    Plugin plugin,
    String name,
    Optional<Path> dev,
    long size,
    Optional<String> serial,
    Access access,
    int blockSize,
    Provisioning provisioning,
    Creation creation,
    String vendor,
    String product,
    AptplPolicy aptpl,
    UnitOptions options) {

  /** How the data may be changed, and when a write counts as done. */
  public enum Access {
    READ_ONLY,
    /** GOOD means on stable storage; WCE = 0. */
    WRITE_THROUGH,
    /** GOOD means in the page cache; WCE = 1. */
    WRITE_BACK
  }

  /** Whether UNMAP is offered. */
  public enum Provisioning {
    THIN_WHERE_POSSIBLE,
    THICK
  }

  /** What becomes of a missing file. */
  public enum Creation {
    /** Its LUN answers NOT READY. */
    NONE,
    SPARSE,
    /** It is made with all its space. */
    PREALLOCATED
  }

  /** What LUNs call it by: {@code fileio/name}. */
  public String backstore() {
    return plugin.word() + "/" + name;
  }
}
