package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;

/** REPORT TIMESTAMP and SET TIMESTAMP (SPC-4 clauses 6.38 and 6.46). */
final class Timestamp {
  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 6, 4);
  static final CdbField LIST_LENGTH = CdbField.bytes("PARAMETER LIST LENGTH", 6, 4);

  private static final int LENGTH = 12;
  private static final int AT = 4;

  /** TIMESTAMP ORIGIN: by SET TIMESTAMP; otherwise by other means, which is the wall clock. */
  private static final int SET_BY_COMMAND = 0x02;

  private static final int SET_BY_OTHER_MEANS = 0x03;

  private Timestamp() {}

  static void report(LogicalUnit unit, ScsiTask task) {
    ByteBuffer out = ByteBuffer.allocate(LENGTH);
    out.putShort((short) (LENGTH - 2));
    out.put((byte) (unit.clock().isSet() ? SET_BY_COMMAND : SET_BY_OTHER_MEANS));
    out.put((byte) 0);
    long millis = unit.clock().millis();
    out.putShort((short) (millis >>> 32)).putInt((int) millis);
    task.dataIn(out.array(), ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }

  static int dataOut(Cdb cdb, LogicalUnit unit) {
    return LIST_LENGTH.valueIn(cdb) == LENGTH ? LENGTH : 0;
  }

  static void set(LogicalUnit unit, ScsiTask task) {
    long length = LIST_LENGTH.valueIn(task.cdb());
    if (length == 0) {
      task.end(Outcome.GOOD);
      return;
    }
    byte[] list = Bytes.dataOut(task);
    if (length != LENGTH || list.length != LENGTH) {
      task.end(Outcome.check(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR)));
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(list);
    unit.clock().set((bytes.getShort(AT) & 0xFFFFL) << 32 | (bytes.getInt(AT + 2) & 0xFFFF_FFFFL));
    unit.tellOthers(task.nexus(), SenseCode.TIMESTAMP_CHANGED);
    task.end(Outcome.GOOD);
  }
}
