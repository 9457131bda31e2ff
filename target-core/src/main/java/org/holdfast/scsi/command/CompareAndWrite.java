package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.FaultMapper;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.jspecify.annotations.Nullable;

/**
 * COMPARE AND WRITE (SBC-3 clause 5.2): what the medium holds is compared with the first half of
 * Data-Out; when they are equal the second half is written. No other command sees or changes the
 * range in between.
 */
final class CompareAndWrite {
  static final Layout LAYOUT = Layout.of16(CdbField.bytes("NUMBER OF LOGICAL BLOCKS", 13, 1));

  private CompareAndWrite() {}

  /** Both halves: at most 2 × 255 blocks, which is below what one command may move. */
  static int dataOut(Cdb cdb, LogicalUnit unit) {
    return 2 * half(LAYOUT.range(cdb), unit.device().profile());
  }

  private static int half(LbaRange range, DeviceProfile profile) {
    return (int) range.blocks() * profile.blockSize();
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
    int length = half(range, profile);
    unit.exclusively(
        task,
        range.lba(),
        range.blocks(),
        () ->
            compare(
                unit,
                task,
                range.offset(profile),
                data.view(0, length),
                data.view(length, length)));
  }

  /**
   * Half of a comparison would be another comparison: the initiator has to offer exactly the bytes
   * that the CDB asks for.
   */
  private static @Nullable Sense refusal(
      LogicalUnit unit, ScsiTask task, LbaRange range, DeviceProfile profile) {
    Sense refused = WriteProtection.refusal(unit, task, range, profile);
    if (refused != null) {
      return refused;
    }
    return DataOut.exact(task) ? null : LAYOUT.blocks().refused();
  }

  private static void compare(
      LogicalUnit unit, ScsiTask task, long offset, ByteBuffer expected, ByteBuffer replacement) {
    ByteBuffer found = ByteBuffer.allocate(expected.limit());
    unit.device()
        .submit(
            new IoRequest.Read(offset, found.duplicate()),
            result -> {
              if (!(result instanceof IoResult.Done)) {
                task.end(FaultMapper.outcome(unit, task, result));
                return;
              }
              int difference = found.mismatch(expected);
              if (difference >= 0) {
                task.end(Comparison.miscompare(difference));
              } else if (task.aborted()) {
                task.end(Outcome.ABORTED);
              } else {
                write(unit, task, offset, replacement);
              }
            });
  }

  private static void write(LogicalUnit unit, ScsiTask task, long offset, ByteBuffer replacement) {
    unit.device()
        .submit(
            new IoRequest.Write(offset, replacement, Transfer.isForced(task.cdb())),
            result -> task.end(FaultMapper.outcome(unit, task, result)));
  }
}
