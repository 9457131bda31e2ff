package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;

/** READ CAPACITY(10) and READ CAPACITY(16) (SBC-3 clauses 5.15 and 5.16). */
final class ReadCapacity {
  static final CdbField LBA_10 = CdbField.zero("LOGICAL BLOCK ADDRESS (obsolete)", 2, 7, 32);
  static final CdbField PMI_10 = CdbField.zero("PMI (obsolete)", 8, 0, 1);
  static final CdbField LBA_16 = CdbField.zero("LOGICAL BLOCK ADDRESS (obsolete)", 2, 7, 64);
  static final CdbField ALLOCATION_LENGTH_16 = CdbField.bytes("ALLOCATION LENGTH", 10, 4);
  static final CdbField PMI_16 = CdbField.zero("PMI (obsolete)", 14, 0, 1);

  private static final int LENGTH_16 = 32;

  /** Above LOWEST ALIGNED LOGICAL BLOCK ADDRESS in its two bytes. */
  private static final int LBPME = 0x8000;

  private static final int LBPRZ = 0x4000;

  private ReadCapacity() {}

  static void execute10(LogicalUnit unit, ScsiTask task) {
    byte[] data = data10(unit.device().profile());
    task.dataIn(data, data.length);
    task.end(Outcome.GOOD);
  }

  static void execute16(LogicalUnit unit, ScsiTask task) {
    task.dataIn(data16(unit.device().profile()), ALLOCATION_LENGTH_16.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }

  /** All ones tell the initiator to ask with READ CAPACITY(16). */
  static byte[] data10(DeviceProfile profile) {
    return ByteBuffer.allocate(8)
        .putInt(Bytes.saturate32(profile.blocks() - 1))
        .putInt(profile.blockSize())
        .array();
  }

  /**
   * P_TYPE and PROT_EN are zero. A thin unit has LBPME and LBPRZ: unmapped blocks read as zeros.
   */
  static byte[] data16(DeviceProfile profile) {
    return ByteBuffer.allocate(LENGTH_16)
        .putLong(profile.blocks() - 1)
        .putInt(profile.blockSize())
        .put((byte) 0)
        .put((byte) profile.physicalBlockExponent())
        .putShort((short) ((profile.thin() ? LBPME | LBPRZ : 0) | profile.alignedLba()))
        .array();
  }
}
