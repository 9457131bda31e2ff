package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.DeviceProfile;

/** Block Limits (SBC-3 clause 6.5.3). */
final class BlockLimits {
  static final VpdPage PAGE = new VpdPage(0xB0, (unit, _) -> body(unit.device().profile()));

  private static final int LENGTH = 0x3C;

  private BlockLimits() {}

  /** Limits of commands that do not exist here are zero. */
  static byte[] body(DeviceProfile profile) {
    ByteBuffer body = ByteBuffer.allocate(LENGTH);
    // OPTIMAL TRANSFER LENGTH GRANULARITY: a physical block.
    body.putShort(2, (short) (1 << profile.physicalBlockExponent()));
    // MAXIMUM TRANSFER LENGTH.
    body.putInt(4, Limits.maximumTransferBlocks(profile));
    return body.array();
  }
}
