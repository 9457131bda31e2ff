package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.FaultMapper;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;

/**
 * GET LBA STATUS(16) (SBC-3 clause 5.4). One command tells of a part of the unit; the initiator
 * goes on behind the last descriptor.
 */
final class GetLbaStatus {
  static final CdbField STARTING_LBA = CdbField.bytes("STARTING LOGICAL BLOCK ADDRESS", 2, 8);

  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 10, 4);

  /** 0, all logical blocks, is what there is here (SBC-4 clause 5.6, REPORT TYPE). */
  static final CdbField REPORT_TYPE = CdbField.zero("REPORT TYPE", 14, 7, 8);

  /** Bytes that one command looks at: bounds what a device may have to list. */
  static final long WINDOW = 1L << 30;

  /** Descriptors of one answer, whatever the allocation length. */
  static final int MAXIMUM_DESCRIPTORS = 1024;

  private static final int HEADER = 8;
  private static final int DESCRIPTOR = 16;
  private static final int MAPPED = 0;
  private static final int DEALLOCATED = 1;

  private GetLbaStatus() {}

  static void execute(LogicalUnit unit, ScsiTask task) {
    DeviceProfile profile = unit.device().profile();
    long lba = STARTING_LBA.valueIn(task.cdb());
    if (Long.compareUnsigned(lba, profile.blocks()) >= 0) {
      task.end(Outcome.check(Sense.illegalRequest(SenseCode.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE)));
      return;
    }
    long offset = lba * profile.blockSize();
    long length = Math.min(WINDOW, profile.size() - offset);
    if (!profile.thin()) {
      // Every block of a fully provisioned unit is mapped (SBC-3 clause 4.7.2).
      answer(task, profile, List.of(new IoResult.Extent(offset, length, /* mapped= */ true)));
      return;
    }
    unit.device()
        .submit(
            new IoRequest.FindExtents(offset, length),
            result -> {
              if (result instanceof IoResult.Extents(List<IoResult.Extent> extents)) {
                answer(task, profile, merged(extents));
              } else {
                task.end(FaultMapper.outcome(unit, task, result));
              }
            });
  }

  /** Neighbours of one state become one, as far as there is room for descriptors. */
  private static List<IoResult.Extent> merged(List<IoResult.Extent> extents) {
    List<IoResult.Extent> merged = new ArrayList<>();
    for (IoResult.Extent extent : extents) {
      if (!merged.isEmpty() && merged.getLast().mapped() == extent.mapped()) {
        IoResult.Extent before = merged.removeLast();
        merged.add(
            new IoResult.Extent(
                before.offset(), before.length() + extent.length(), extent.mapped()));
      } else if (merged.size() == MAXIMUM_DESCRIPTORS) {
        break;
      } else {
        merged.add(extent);
      }
    }
    return merged;
  }

  private static void answer(ScsiTask task, DeviceProfile profile, List<IoResult.Extent> extents) {
    ByteBuffer data = ByteBuffer.allocate(HEADER + extents.size() * DESCRIPTOR);
    // PARAMETER DATA LENGTH counts what follows it.
    data.putInt(data.capacity() - 4).putInt(0);
    for (IoResult.Extent extent : extents) {
      data.putLong(extent.offset() / profile.blockSize());
      data.putInt((int) (extent.length() / profile.blockSize()));
      data.put((byte) (extent.mapped() ? MAPPED : DEALLOCATED));
      data.put((byte) 0).putShort((short) 0);
    }
    task.dataIn(data.array(), ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }
}
