package org.holdfast.scsi.command;

import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.jspecify.annotations.Nullable;

/** Whether the sender of a command may write (SBC-3 clause 4.13). */
public final class WriteProtection {
  private static final Sense READ_ONLY = of(SenseCode.WRITE_PROTECTED);
  private static final Sense BY_SOFTWARE = of(SenseCode.LOGICAL_UNIT_SOFTWARE_WRITE_PROTECTED);

  private WriteProtection() {}

  private static Sense of(SenseCode code) {
    return Sense.of(SenseKey.DATA_PROTECT, code);
  }

  /**
   * Why the sender may not write, or null when it may: the device is read-only, or this initiator's
   * mapping is, or MODE SELECT protected the unit (SWP). A mapping that was taken away since the
   * command came in protects too: closed by default.
   */
  public static @Nullable Sense refusal(LogicalUnit unit, ScsiTask task) {
    LunMap.MappedLun mapped = task.nexus().luns().find(task.lun());
    if (mapped == null
        || !mapped.unit().equals(unit)
        || mapped.readOnly()
        || unit.device().profile().readOnly()) {
      return READ_ONLY;
    }
    return unit.modes().isWriteProtected() ? BY_SOFTWARE : null;
  }

  /**
   * Why the sender may not write to {@code range}, which may lie beyond the last block; or null.
   */
  static @Nullable Sense refusal(
      LogicalUnit unit, ScsiTask task, LbaRange range, DeviceProfile profile) {
    Sense protectedBy = refusal(unit, task);
    return protectedBy != null ? protectedBy : range.outside(profile);
  }
}
