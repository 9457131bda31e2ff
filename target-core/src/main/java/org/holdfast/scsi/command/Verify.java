package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.jspecify.annotations.Nullable;

/**
 * VERIFY of one CDB length (SBC-3 clauses 5.29 to 5.31).
 *
 * @param layout where the CDB keeps its range
 */
record Verify(Layout layout) {
  static final CdbField DPO = CdbField.of("DPO", 1, 4, 1);
  static final CdbField BYTCHK = CdbField.of("BYTCHK", 1, 2, 2);

  /** The medium is read, nothing is compared. */
  private static final int MEDIUM_ONLY = 0;

  /** Every block is compared with a block of its own. */
  private static final int BLOCK_BY_BLOCK = 1;

  /** Every block is compared with the same block. */
  private static final int ONE_BLOCK = 3;

  Verify(int cdbLength) {
    this(Layout.of(cdbLength, "VERIFICATION LENGTH"));
  }

  int dataOut(Cdb cdb, LogicalUnit unit) {
    DeviceProfile profile = unit.device().profile();
    LbaRange range = layout.range(cdb);
    return switch ((int) BYTCHK.valueIn(cdb)) {
      case BLOCK_BY_BLOCK ->
          range.tooLong(profile, layout.blocks()) == null
              ? (int) range.blocks() * profile.blockSize()
              : 0;
      case ONE_BLOCK -> range.blocks() == 0 ? 0 : profile.blockSize();
      default -> 0;
    };
  }

  void execute(LogicalUnit unit, ScsiTask task) {
    DeviceProfile profile = unit.device().profile();
    LbaRange range = layout.range(task.cdb());
    int byteCheck = (int) BYTCHK.valueIn(task.cdb());
    Sense refused = refusal(range, byteCheck, profile);
    if (refused != null) {
      task.end(Outcome.check(refused));
      return;
    }
    ByteBuffer data = DataOut.bytes(task);
    if (range.blocks() == 0 || (byteCheck == BLOCK_BY_BLOCK && data == null)) {
      // Nothing to verify, or the initiator sent nothing and learns so from the residual.
      task.end(Outcome.GOOD);
    } else if (byteCheck == MEDIUM_ONLY) {
      verify(unit, task, range, range.blocks(), ChunkedRead.Inspector.READABLE);
    } else if (byteCheck == BLOCK_BY_BLOCK && data != null) {
      verify(unit, task, range, DataOut.blocks(data, profile), Comparison.once(data));
    } else if (data != null && data.limit() == profile.blockSize()) {
      verify(unit, task, range, range.blocks(), Comparison.with(data));
    } else {
      // Every block was to be compared with one of which a part came at best.
      task.end(
          Outcome.check(Sense.illegalRequest(SenseCode.INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT)));
    }
  }

  private static void verify(
      LogicalUnit unit,
      ScsiTask task,
      LbaRange range,
      long blocks,
      ChunkedRead.Inspector inspector) {
    DeviceProfile profile = unit.device().profile();
    ChunkedRead.run(unit, task, range.offset(profile), blocks * profile.blockSize(), inspector);
  }

  /** The length that is compared is bounded by what can be sent; reading alone is not. */
  private @Nullable Sense refusal(LbaRange range, int byteCheck, DeviceProfile profile) {
    Sense outside = range.outside(profile);
    if (outside != null) {
      return outside;
    }
    return switch (byteCheck) {
      case MEDIUM_ONLY, ONE_BLOCK -> null;
      case BLOCK_BY_BLOCK -> range.tooLong(profile, layout.blocks());
      default -> BYTCHK.refused();
    };
  }
}
