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
 * READ and WRITE of one CDB length (SBC-3 clauses 5.11 to 5.13 and 5.33 to 5.35).
 *
 * @param layout where the CDB keeps its range
 */
record Transfer(Layout layout) {
  /** Disable page out: advice about a cache that is not ours to steer. */
  static final CdbField DPO = CdbField.of("DPO", 1, 4, 1);

  static final CdbField FUA = CdbField.of("FUA", 1, 3, 1);

  /**
   * With no non-volatile cache besides the medium, it asks for what FUA asks (SBC-3 clause 4.15).
   */
  static final CdbField FUA_NV = CdbField.of("FUA_NV", 1, 1, 1);

  Transfer(int cdbLength) {
    this(Layout.of(cdbLength, "TRANSFER LENGTH"));
  }

  /** Bytes that a WRITE asks for; none when it will be refused for its length. */
  int dataOut(Cdb cdb, LogicalUnit unit) {
    DeviceProfile profile = unit.device().profile();
    LbaRange range = layout.range(cdb);
    return range.tooLong(profile, layout.blocks()) == null
        ? (int) range.blocks() * profile.blockSize()
        : 0;
  }

  void read(LogicalUnit unit, ScsiTask task) {
    DeviceProfile profile = unit.device().profile();
    LbaRange range = layout.range(task.cdb());
    Sense refused = refusal(range, profile);
    if (refused != null) {
      task.end(Outcome.check(refused));
      return;
    }
    if (range.blocks() == 0) {
      task.end(Outcome.GOOD);
      return;
    }
    if (isForced(task.cdb()) && profile.writeCache()) {
      // What a read with FUA returns must be on the medium first (SBC-3 clause 4.15).
      unit.device()
          .submit(
              new IoRequest.Flush(),
              result -> {
                if (result instanceof IoResult.Done) {
                  read(
                      unit,
                      task,
                      range.offset(profile),
                      (int) range.blocks() * profile.blockSize());
                } else {
                  task.end(FaultMapper.outcome(unit, task, result));
                }
              });
    } else {
      read(unit, task, range.offset(profile), (int) range.blocks() * profile.blockSize());
    }
  }

  private static void read(LogicalUnit unit, ScsiTask task, long offset, int length) {
    DataBuffer buffer = task.allocateDataIn(length);
    unit.device()
        .submit(
            new IoRequest.Read(offset, buffer.view(0, length)),
            result -> task.end(FaultMapper.outcome(unit, task, result)));
  }

  void write(LogicalUnit unit, ScsiTask task) {
    DeviceProfile profile = unit.device().profile();
    LbaRange range = layout.range(task.cdb());
    Sense refused = writeRefusal(unit, task, range, profile);
    if (refused != null) {
      task.end(Outcome.check(refused));
      return;
    }
    ByteBuffer data = DataOut.bytes(task);
    if (data == null) {
      task.end(Outcome.GOOD);
      return;
    }
    long offset = range.offset(profile);
    boolean forced = isForced(task.cdb());
    if (data.limit() % profile.blockSize() == 0) {
      unit.device()
          .submit(
              new IoRequest.Write(offset, data, forced),
              result -> task.end(FaultMapper.outcome(unit, task, result)));
      return;
    }
    unit.exclusively(
        task,
        range.lba(),
        DataOut.blocks(data, profile),
        () ->
            RequestSequence.run(
                unit, task, new RaggedWrite(offset, data, profile.blockSize(), forced)));
  }

  /** Why a command that writes what it is sent may not do so, or null when it may. */
  @Nullable Sense writeRefusal(
      LogicalUnit unit, ScsiTask task, LbaRange range, DeviceProfile profile) {
    Sense refused = WriteProtection.refusal(unit, task, range, profile);
    return refused != null ? refused : range.tooLong(profile, layout.blocks());
  }

  private @Nullable Sense refusal(LbaRange range, DeviceProfile profile) {
    Sense outside = range.outside(profile);
    return outside != null ? outside : range.tooLong(profile, layout.blocks());
  }

  /** FUA or FUA_NV; CDBs of six bytes have neither, and the same bits belong to their address. */
  static boolean isForced(Cdb cdb) {
    return cdb.operationCode() > 0x1F && (FUA.valueIn(cdb) | FUA_NV.valueIn(cdb)) != 0;
  }
}
