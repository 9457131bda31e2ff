package org.holdfast.scsi.command;

import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.jspecify.annotations.Nullable;

/**
 * The logical blocks that a CDB names.
 *
 * @param lba first block, unsigned 64 bits
 * @param blocks how many, not negative
 */
record LbaRange(long lba, long blocks) {

  /** The two fields as they are; of both kinds no sum can overflow before {@link #outside}. */
  static LbaRange of(Cdb cdb, CdbField lba, CdbField blocks) {
    return new LbaRange(lba.valueIn(cdb), blocks.valueIn(cdb));
  }

  /**
   * LOGICAL BLOCK ADDRESS OUT OF RANGE when a block beyond the last is named (SBC-3 clause 4.5). A
   * range of no blocks may begin right behind the last block, not further. Null when all is inside.
   */
  @Nullable Sense outside(DeviceProfile profile) {
    long capacity = profile.blocks();
    // Compared unsigned and by subtraction, so that nothing wraps around at 2^64.
    boolean beyond = Long.compareUnsigned(lba, capacity) > 0 || blocks > capacity - lba;
    return beyond ? Sense.illegalRequest(SenseCode.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE) : null;
  }

  /** This range; where it has no blocks, all up to the last. Only when it is not outside. */
  LbaRange orUpToTheLast(DeviceProfile profile) {
    return blocks == 0 ? new LbaRange(lba, profile.blocks() - lba) : this;
  }

  /** INVALID FIELD IN CDB at {@code field} when one command may not move so much, or null. */
  @Nullable Sense tooLong(DeviceProfile profile, CdbField field) {
    return blocks > Limits.maximumTransferBlocks(profile) ? field.refused() : null;
  }

  /** First byte; only of a range that is not {@link #outside}. */
  long offset(DeviceProfile profile) {
    return lba * profile.blockSize();
  }
}
