package org.holdfast.scsi.command;

import org.holdfast.scsi.DeviceProfile;

/** What one command may ask for. Advertised in the Block Limits page, enforced by the handlers. */
final class Limits {
  /** Data of one transfer, in bytes: bounds what a command can make the target allocate. */
  static final int MAXIMUM_TRANSFER_BYTES = 16 << 20;

  private Limits() {}

  /** MAXIMUM TRANSFER LENGTH in logical blocks (SBC-3 clause 6.5.3). */
  static int maximumTransferBlocks(DeviceProfile profile) {
    return MAXIMUM_TRANSFER_BYTES / profile.blockSize();
  }
}
