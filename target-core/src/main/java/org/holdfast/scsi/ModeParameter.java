package org.holdfast.scsi;

/**
 * The mode parameters that MODE SELECT can change, one row each; every other bit of a mode page is
 * fixed. All of them are one bit.
 */
public enum ModeParameter {
  /**
   * WCE (SBC-3 clause 6.4.5): changeable on a device that has a write cache. Without it every write
   * is made durable before it is answered.
   */
  WRITE_CACHE_ENABLE("write-cache", 0x08, 2, 0x04),

  /** D_SENSE (SPC-4 clause 7.5.8): sense data comes as descriptors. */
  DESCRIPTOR_SENSE("descriptor-sense", 0x0A, 2, 0x04),

  /** SWP (SPC-4 clause 7.5.8): nobody may write. */
  SOFTWARE_WRITE_PROTECT("software-write-protect", 0x0A, 4, 0x08);

  private final String key;
  private final int pageCode;
  private final int at;
  private final int mask;

  ModeParameter(String key, int pageCode, int at, int mask) {
    this.key = key;
    this.pageCode = pageCode;
    this.at = at;
    this.mask = mask;
  }

  /** What a saved value is kept under. */
  String key() {
    return "mode-" + key;
  }

  public int pageCode() {
    return pageCode;
  }

  /** Byte of the mode page, its two header bytes included. */
  public int at() {
    return at;
  }

  /** The bit in that byte. */
  public int mask() {
    return mask;
  }
}
