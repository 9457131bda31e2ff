package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.LogicalUnit;

/** Block Limits (SBC-4 clause 6.6.4): what {@link Limits} and the device's profile allow. */
final class BlockLimits {
  static final VpdPage PAGE = new VpdPage(0xB0, (unit, _) -> body(unit));

  private static final int LENGTH = 0x3C;

  /** UNMAP GRANULARITY ALIGNMENT says something. */
  private static final int UGAVALID = 0x8000_0000;

  private BlockLimits() {}

  /** WSNZ is zero: WRITE SAME of no blocks goes up to the last. What is not set is not limited. */
  static byte[] body(LogicalUnit unit) {
    DeviceProfile profile = unit.device().profile();
    ByteBuffer body = ByteBuffer.allocate(LENGTH);
    // MAXIMUM COMPARE AND WRITE LENGTH.
    body.put(1, (byte) Limits.COMPARE_AND_WRITE_BLOCKS);
    // OPTIMAL TRANSFER LENGTH GRANULARITY: a physical block.
    body.putShort(2, (short) (1 << profile.physicalBlockExponent()));
    // MAXIMUM TRANSFER LENGTH.
    body.putInt(4, Limits.maximumTransferBlocks(profile));
    if (profile.thin()) {
      unmapLimits(body, profile);
    }
    // MAXIMUM WRITE SAME LENGTH.
    body.putLong(32, Limits.WRITE_SAME_BLOCKS);
    // MAXIMUM ATOMIC TRANSFER LENGTH, of any alignment and granularity, with no boundaries inside.
    body.putInt(40, WriteAtomic.maximumBlocks(unit));
    return body.array();
  }

  private static void unmapLimits(ByteBuffer body, DeviceProfile profile) {
    int granularity = profile.unmapGranularity();
    // MAXIMUM UNMAP LBA COUNT, MAXIMUM UNMAP BLOCK DESCRIPTOR COUNT.
    body.putInt(16, Limits.UNMAP_BLOCKS);
    body.putInt(20, Limits.UNMAP_DESCRIPTORS);
    // OPTIMAL UNMAP GRANULARITY and where its units begin.
    body.putInt(24, granularity);
    body.putInt(28, UGAVALID | profile.alignedLba() % granularity);
  }
}
