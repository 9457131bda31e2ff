package org.holdfast.scsi.command;

import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;

/** Whether the sender of a command may write (SBC-3 clause 4.13). */
public final class WriteProtection {
  /** What a command that may not write is told. */
  public static final Sense SENSE = Sense.of(SenseKey.DATA_PROTECT, SenseCode.WRITE_PROTECTED);

  private WriteProtection() {}

  /**
   * The device is read-only, or this initiator's mapping is. A mapping that was taken away since
   * the command came in protects too: closed by default.
   */
  public static boolean applies(LogicalUnit unit, ScsiTask task) {
    LunMap.MappedLun mapped = task.nexus().luns().find(task.lun());
    return mapped == null
        || !mapped.unit().equals(unit)
        || mapped.readOnly()
        || unit.device().profile().readOnly();
  }
}
