package org.holdfast.scsi.command;

import org.holdfast.scsi.DeviceProfile;

/** What one command may ask for. Advertised in the Block Limits page, enforced by the handlers. */
final class Limits {
  /** Data of one transfer, in bytes: bounds what a command can make the target allocate. */
  static final int MAXIMUM_TRANSFER_BYTES = 16 << 20;

  /** MAXIMUM COMPARE AND WRITE LENGTH in logical blocks: all that its CDB can ask for. */
  static final int COMPARE_AND_WRITE_BLOCKS = 255;

  /** MAXIMUM WRITE SAME LENGTH in logical blocks: a short wait even without a write cache. */
  static final int WRITE_SAME_BLOCKS = 1 << 15;

  /** MAXIMUM UNMAP LBA COUNT: of all descriptors of one command together. */
  static final int UNMAP_BLOCKS = 1 << 20;

  /** MAXIMUM UNMAP BLOCK DESCRIPTOR COUNT. */
  static final int UNMAP_DESCRIPTORS = 256;

  private Limits() {}

  /** MAXIMUM TRANSFER LENGTH in logical blocks (SBC-3 clause 6.5.3). */
  static int maximumTransferBlocks(DeviceProfile profile) {
    return MAXIMUM_TRANSFER_BYTES / profile.blockSize();
  }
}
