package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.ServiceAction;

/**
 * REPORT SUPPORTED OPERATION CODES (SPC-4 clause 6.35), told from the rows of the command table.
 */
final class ReportOpcodes {
  static final CdbField RCTD = CdbField.of("RCTD", 2, 7, 1);
  static final CdbField REPORTING_OPTIONS = CdbField.of("REPORTING OPTIONS", 2, 2, 3);
  static final CdbField REQUESTED_OPCODE = CdbField.bytes("REQUESTED OPERATION CODE", 3, 1);
  static final CdbField REQUESTED_ACTION = CdbField.bytes("REQUESTED SERVICE ACTION", 4, 2);
  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 6, 4);

  private static final int DESCRIPTOR = 8;
  private static final int TIMEOUTS = 12;
  private static final int CTDP_IN_LIST = 0x02;
  private static final int SERVACTV = 0x01;
  private static final int CTDP_OF_ONE = 0x80;
  private static final int NOT_SUPPORTED = 0x01;
  private static final int SUPPORTED_AS_STANDARD = 0x03;

  private ReportOpcodes() {}

  static void execute(LogicalUnit unit, ScsiTask task) {
    boolean timeouts = RCTD.valueIn(task.cdb()) != 0;
    List<CommandSpec> rows =
        existing(unit, unit.commands().rows((int) REQUESTED_OPCODE.valueIn(task.cdb())));
    boolean actions = rows.stream().anyMatch(ReportOpcodes::hasAction);
    int action = (int) REQUESTED_ACTION.valueIn(task.cdb());
    int options = (int) REPORTING_OPTIONS.valueIn(task.cdb());
    // 1: a command that has no service action; 2: one that has; 3: either, and then a command
    // without service actions is asked for with zero (SPC-4 table 246).
    if (options > 3 || (options == 1 && actions) || (options == 2 && isSingle(rows))) {
      task.end(Outcome.check(REPORTING_OPTIONS.refused()));
      return;
    }
    byte[] data;
    if (options == 0) {
      data = all(existing(unit, unit.commands().rows()), timeouts);
    } else if (options == 3 && !actions && action != 0) {
      data = one(Optional.empty(), timeouts);
    } else {
      data = one(rows.stream().filter(row -> !actions || is(row, action)).findFirst(), timeouts);
    }
    task.dataIn(data, ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }

  private static List<CommandSpec> existing(LogicalUnit unit, List<CommandSpec> rows) {
    return rows.stream().filter(row -> row.existsOn(unit)).toList();
  }

  /** An operation code that does not exist is no error: the answer says that it does not. */
  private static boolean isSingle(List<CommandSpec> rows) {
    return !rows.isEmpty() && !hasAction(rows.getFirst());
  }

  private static boolean is(CommandSpec row, int action) {
    return row.serviceAction() instanceof ServiceAction.Value(int value) && value == action;
  }

  /** The all_commands parameter data (SPC-4 clause 6.35.2). */
  static byte[] all(List<CommandSpec> rows, boolean timeouts) {
    int each = DESCRIPTOR + (timeouts ? TIMEOUTS : 0);
    ByteBuffer out = ByteBuffer.allocate(4 + each * rows.size());
    out.putInt(each * rows.size());
    for (CommandSpec row : rows) {
      out.put((byte) row.opcode());
      out.put((byte) 0);
      out.putShort((short) (row.serviceAction() instanceof ServiceAction.Value(int v) ? v : 0));
      out.put((byte) 0);
      out.put((byte) ((timeouts ? CTDP_IN_LIST : 0) | (hasAction(row) ? SERVACTV : 0)));
      out.putShort((short) row.cdbLength());
      if (timeouts) {
        putTimeouts(out, row);
      }
    }
    return out.array();
  }

  /** The one_command parameter data (SPC-4 clause 6.35.3). */
  static byte[] one(Optional<CommandSpec> row, boolean timeouts) {
    if (row.isEmpty()) {
      return new byte[] {0, NOT_SUPPORTED, 0, 0};
    }
    byte[] usage = row.get().usage();
    ByteBuffer out = ByteBuffer.allocate(4 + usage.length + (timeouts ? TIMEOUTS : 0));
    out.put((byte) 0);
    out.put((byte) ((timeouts ? CTDP_OF_ONE : 0) | SUPPORTED_AS_STANDARD));
    out.putShort((short) usage.length);
    out.put(usage);
    if (timeouts) {
      putTimeouts(out, row.get());
    }
    return out.array();
  }

  /** No nominal time is known: zero says so (SPC-4 clause 6.35.4). Seconds. */
  private static void putTimeouts(ByteBuffer out, CommandSpec row) {
    out.putShort((short) (TIMEOUTS - 2));
    out.putShort((short) 0);
    out.putInt(0);
    out.putInt((int) CommandTimeouts.recommended(row).toSeconds());
  }

  private static boolean hasAction(CommandSpec row) {
    return row.serviceAction() instanceof ServiceAction.Value;
  }
}
