package org.holdfast.scsi.command;

import java.util.Arrays;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.TaskManagementFunction;

/**
 * REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS (SPC-4 clause 6.36), told from the functions that the
 * engine knows and an initiator can ask for.
 */
final class ReportTaskManagement {
  /** Return the extended parameter data, which has timeouts. */
  static final CdbField REPD = CdbField.of("REPD", 2, 7, 1);

  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 6, 4);

  private static final int BASIC = 4;
  private static final int EXTENDED = 16;

  /** No timeout is known: a function waits for what it aborts, as long as the device takes. */
  private static final int ADDITIONAL_LENGTH = EXTENDED - BASIC;

  private ReportTaskManagement() {}

  static void execute(LogicalUnit unit, ScsiTask task) {
    byte[] data = new byte[REPD.valueIn(task.cdb()) != 0 ? EXTENDED : BASIC];
    Arrays.stream(TaskManagementFunction.values())
        .forEach(function -> data[byteOf(function)] |= (byte) bitOf(function));
    data[3] = (byte) (data.length == EXTENDED ? ADDITIONAL_LENGTH : 0);
    task.dataIn(data, ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }

  private static int byteOf(TaskManagementFunction function) {
    return switch (function) {
      case ABORT_TASK, ABORT_TASK_SET, CLEAR_TASK_SET, LOGICAL_UNIT_RESET, QUERY_TASK -> 0;
    };
  }

  private static int bitOf(TaskManagementFunction function) {
    return switch (function) {
      case ABORT_TASK -> 0x80;
      case ABORT_TASK_SET -> 0x40;
      case CLEAR_TASK_SET -> 0x10;
      case LOGICAL_UNIT_RESET -> 0x08;
      // QTS stays zero: iSCSI carries it from protocol level 2 on (RFC 7144), and level 1 is
      // spoken.
      case QUERY_TASK -> 0;
    };
  }
}
