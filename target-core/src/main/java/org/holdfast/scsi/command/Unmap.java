package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.jspecify.annotations.Nullable;

/**
 * UNMAP (SBC-3 clause 5.28). The whole parameter list is checked before the first block is
 * unmapped.
 */
final class Unmap {
  /** Anchored blocks do not exist here (ANC_SUP = 0). */
  static final CdbField ANCHOR = CdbField.zero("ANCHOR", 1, 0, 1);

  static final CdbField PARAMETER_LIST_LENGTH = CdbField.bytes("PARAMETER LIST LENGTH", 7, 2);

  private static final int HEADER = 8;
  private static final int DESCRIPTOR = 16;

  /** UNMAP BLOCK DESCRIPTOR DATA LENGTH in the header. */
  private static final int DESCRIPTORS_LENGTH = 2;

  /** NUMBER OF LOGICAL BLOCKS in a descriptor. */
  private static final int BLOCKS = 8;

  private static final Sense LENGTH_ERROR =
      Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR);

  private Unmap() {}

  static int dataOut(Cdb cdb, LogicalUnit unit) {
    return (int) PARAMETER_LIST_LENGTH.valueIn(cdb);
  }

  static void execute(LogicalUnit unit, ScsiTask task) {
    DeviceProfile profile = unit.device().profile();
    Sense protectedBy = WriteProtection.refusal(unit, task);
    if (protectedBy != null) {
      task.end(Outcome.check(protectedBy));
      return;
    }
    int length = (int) PARAMETER_LIST_LENGTH.valueIn(task.cdb());
    if (length == 0) {
      task.end(Outcome.GOOD);
      return;
    }
    DataBuffer data = task.dataOut();
    if (data == null || length < HEADER || task.dataOutLength() < length) {
      task.end(Outcome.check(LENGTH_ERROR));
      return;
    }
    List<LbaRange> ranges = new ArrayList<>();
    Sense refused = parse(data.view(0, length), profile, ranges);
    if (refused != null) {
      task.end(Outcome.check(refused));
      return;
    }
    run(unit, task, profile, ranges);
  }

  /** Puts what the list names into {@code ranges}; the sense when it may not be carried out. */
  private static @Nullable Sense parse(
      ByteBuffer list, DeviceProfile profile, List<LbaRange> ranges) {
    int descriptors = list.getShort(DESCRIPTORS_LENGTH) & 0xFFFF;
    if (descriptors > list.limit() - HEADER) {
      return LENGTH_ERROR;
    }
    // A descriptor that is there in part only is ignored (SBC-3 clause 5.28.2).
    int count = descriptors / DESCRIPTOR;
    if (count > Limits.UNMAP_DESCRIPTORS) {
      return Sense.invalidFieldInParameterList(DESCRIPTORS_LENGTH, 7);
    }
    long total = 0;
    for (int i = 0; i < count; i++) {
      int at = HEADER + i * DESCRIPTOR;
      LbaRange range = new LbaRange(list.getLong(at), list.getInt(at + BLOCKS) & 0xFFFF_FFFFL);
      Sense outside = range.outside(profile);
      if (outside != null) {
        return outside;
      }
      total += range.blocks();
      if (total > Limits.UNMAP_BLOCKS) {
        return Sense.invalidFieldInParameterList(at + BLOCKS, 7);
      }
      ranges.add(range);
    }
    return null;
  }

  private static void run(
      LogicalUnit unit, ScsiTask task, DeviceProfile profile, List<LbaRange> ranges) {
    Iterator<LbaRange> left = ranges.stream().filter(range -> range.blocks() > 0).iterator();
    RequestSequence.run(
        unit,
        task,
        _ -> {
          if (!left.hasNext()) {
            return new RequestSequence.Step.End(Outcome.GOOD);
          }
          LbaRange range = left.next();
          return new RequestSequence.Step.Submit(
              new IoRequest.Unmap(range.offset(profile), range.blocks() * profile.blockSize()));
        });
  }
}
