package org.holdfast.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.holdfast.backstore.FaultDevice;
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
 * @param buffering whether its data goes through the page cache
 * @param blockSize logical block size in bytes, 512 or 4096
 * @param provisioning whether its blocks can be unmapped
 * @param creation what to do when the file is missing
 * @param vendor T10 vendor identification
 * @param product product identification
 * @param aptpl whether reservations survive a restart when the host asks for it, or always
 * @param wrapping what stands between its initiators and its data
 * @param options what else its initiators see of it
 */
public record StorageObject(
    Plugin plugin,
    String name,
    Optional<Path> dev,
    long size,
    Optional<String> serial,
    Access access,
    Buffering buffering,
    int blockSize,
    Provisioning provisioning,
    Creation creation,
    String vendor,
    String product,
    AptplPolicy aptpl,
    Wrapping wrapping,
    UnitOptions options) {

  /** How the data may be changed, and when a write counts as done. */
  public enum Access {
    READ_ONLY,
    /** GOOD means on stable storage; WCE = 0. */
    WRITE_THROUGH,
    /** GOOD means in the page cache; WCE = 1. */
    WRITE_BACK
  }

  /**
   * What stands before a device.
   *
   * @param delay how long each request waits first
   * @param faults which requests fail; empty: none
   * @param remembered how many requests are remembered; 0: none
   */
  public record Wrapping(Duration delay, List<FaultDevice.Rule> faults, int remembered) {
    /** Nothing. */
    public static final Wrapping NONE = new Wrapping(Duration.ZERO, List.of(), 0);

    public Wrapping {
      faults = List.copyOf(faults);
    }
  }

  /** Where data goes on its way. */
  public enum Buffering {
    PAGE_CACHE,
    /** Past it. */
    DIRECT
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

  /**
   * Whether an open device goes on to serve {@code other}: at most its size, and what is done about
   * a missing file, are different.
   */
  public boolean opensLike(StorageObject other) {
    return with(0, Creation.NONE).equals(other.with(0, Creation.NONE));
  }

  /** The same with another size in bytes. */
  public StorageObject withSize(long bytes) {
    return with(bytes, creation);
  }

  private StorageObject with(long bytes, Creation ifMissing) {
    return new StorageObject(
        plugin,
        name,
        dev,
        bytes,
        serial,
        access,
        buffering,
        blockSize,
        provisioning,
        ifMissing,
        vendor,
        product,
        aptpl,
        wrapping,
        options);
  }

  /** What LUNs call it by: {@code fileio/name}. */
  public String backstore() {
    return plugin.word() + "/" + name;
  }
}
