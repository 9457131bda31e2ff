package org.holdfast.scsi.command;

import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.FaultMapper;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;

/**
 * SYNCHRONIZE CACHE of one CDB length (SBC-3 clauses 5.26 and 5.27). The whole device is flushed,
 * whatever the range.
 *
 * @param layout where the CDB keeps its range; no blocks means all up to the last
 */
record SynchronizeCache(Layout layout) {
  static final CdbField SYNC_NV = CdbField.of("SYNC_NV", 1, 2, 1);

  /**
   * Accepted, but GOOD always comes after the flush: a fault found later could be told to nobody,
   * and a late GOOD promises no less than an early one.
   */
  static final CdbField IMMED = CdbField.of("IMMED", 1, 1, 1);

  SynchronizeCache(int cdbLength) {
    this(Layout.of(cdbLength, "NUMBER OF LOGICAL BLOCKS"));
  }

  void execute(LogicalUnit unit, ScsiTask task) {
    Sense outside = layout.range(task.cdb()).outside(unit.device().profile());
    if (outside != null) {
      task.end(Outcome.check(outside));
      return;
    }
    unit.device()
        .submit(new IoRequest.Flush(), result -> task.end(FaultMapper.outcome(unit, task, result)));
  }
}
