package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;

/**
 * WRITE AND VERIFY of one CDB length (SBC-3 clauses 5.37 to 5.39): the blocks are written to stable
 * storage, then read back. The range is kept for the command, so that another write in between is
 * not taken for a miscompare.
 *
 * @param transfer the CDB's range, and what a WRITE with it would be refused for
 */
record WriteAndVerify(Transfer transfer) {
  /** 2 and 3 are reserved here, unlike in VERIFY. */
  static final CdbField BYTCHK = CdbField.of("BYTCHK", 1, 2, 2);

  private static final int MEDIUM_ONLY = 0;
  private static final int BLOCK_BY_BLOCK = 1;

  WriteAndVerify(int cdbLength) {
    this(new Transfer(cdbLength));
  }

  int dataOut(Cdb cdb, LogicalUnit unit) {
    return BYTCHK.valueIn(cdb) > BLOCK_BY_BLOCK ? 0 : transfer.dataOut(cdb, unit);
  }

  void execute(LogicalUnit unit, ScsiTask task) {
    DeviceProfile profile = unit.device().profile();
    LbaRange range = transfer.layout().range(task.cdb());
    Sense refused = transfer.writeRefusal(unit, task, range, profile);
    int byteCheck = (int) BYTCHK.valueIn(task.cdb());
    if (refused == null && byteCheck > BLOCK_BY_BLOCK) {
      refused = BYTCHK.refused();
    }
    if (refused != null) {
      task.end(Outcome.check(refused));
      return;
    }
    ByteBuffer data = DataOut.bytes(task);
    if (data == null) {
      task.end(Outcome.GOOD);
      return;
    }
    unit.exclusively(
        task,
        range.lba(),
        DataOut.blocks(data, profile),
        () -> writeThenRead(unit, task, range.offset(profile), data, byteCheck));
  }

  private static void writeThenRead(
      LogicalUnit unit, ScsiTask task, long offset, ByteBuffer data, int byteCheck) {
    ChunkedRead.Inspector inspector =
        byteCheck == MEDIUM_ONLY ? ChunkedRead.Inspector.READABLE : Comparison.once(data);
    int blockSize = unit.device().profile().blockSize();
    long length = (long) DataOut.blocks(data, unit.device().profile()) * blockSize;
    RequestSequence.run(
        unit,
        task,
        new RaggedWrite(offset, data, blockSize, /* fua= */ true),
        written -> {
          if (written instanceof Outcome.Good) {
            ChunkedRead.run(unit, task, offset, length, inspector);
          } else {
            task.end(written);
          }
        });
  }
}
