package org.holdfast.scsi.command;

import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.FaultMapper;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.jspecify.annotations.Nullable;

/**
 * WRITE ATOMIC(16) (SBC-4 clause 5.48): either all blocks of the command are written or none,
 * whatever else happens (SBC-4 clause 4.29, atomic writes). Two things go into that: nobody else
 * sees or changes the range meanwhile, which is done here, and neither a fault nor the loss of
 * power leaves a part behind, which is up to the device ({@link
 * org.holdfast.scsi.BlockDevice#atomicWriteLimit}). Where the device promises nothing there is no
 * such command.
 */
final class WriteAtomic {
  static final Layout LAYOUT = Layout.of16(CdbField.bytes("TRANSFER LENGTH", 12, 2));

  /** One atomic write per command is what there is: MAXIMUM ATOMIC BOUNDARY SIZE is zero. */
  static final CdbField ATOMIC_BOUNDARY = CdbField.zero("ATOMIC BOUNDARY", 10, 7, 16);

  private WriteAtomic() {}

  /** MAXIMUM ATOMIC TRANSFER LENGTH in logical blocks; 0 when the device promises nothing. */
  static int maximumBlocks(LogicalUnit unit) {
    int bytes = Math.min(unit.device().atomicWriteLimit(), Limits.MAXIMUM_TRANSFER_BYTES);
    return bytes / unit.device().profile().blockSize();
  }

  static int dataOut(Cdb cdb, LogicalUnit unit) {
    long blocks = LAYOUT.range(cdb).blocks();
    return blocks > maximumBlocks(unit) ? 0 : (int) blocks * unit.device().profile().blockSize();
  }

  static void execute(LogicalUnit unit, ScsiTask task) {
    DeviceProfile profile = unit.device().profile();
    LbaRange range = LAYOUT.range(task.cdb());
    Sense refused = refusal(unit, task, range, profile);
    if (refused != null) {
      task.end(Outcome.check(refused));
      return;
    }
    DataBuffer data = task.dataOut();
    if (data == null) {
      task.end(Outcome.GOOD);
      return;
    }
    IoRequest write =
        new IoRequest.Write(
            range.offset(profile),
            data.view(0, task.dataOutWanted()),
            Transfer.FUA.valueIn(task.cdb()) != 0);
    unit.exclusively(
        task,
        range.lba(),
        range.blocks(),
        () ->
            unit.device()
                .submit(write, result -> task.end(FaultMapper.outcome(unit, task, result))));
  }

  private static @Nullable Sense refusal(
      LogicalUnit unit, ScsiTask task, LbaRange range, DeviceProfile profile) {
    Sense refused = WriteProtection.refusal(unit, task, range, profile);
    if (refused != null) {
      return refused;
    }
    // All or nothing: what came in part is not begun.
    return range.blocks() > maximumBlocks(unit) || task.dataOutLength() < task.dataOutWanted()
        ? LAYOUT.blocks().refused()
        : null;
  }
}
