package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.jspecify.annotations.Nullable;

/**
 * WRITE SAME of one CDB length (SBC-3 clauses 5.40 and 5.41): one block of Data-Out on every block
 * of the range. A block of zeros becomes {@link IoRequest.WriteZeroes}, and with UNMAP the blocks
 * may be unmapped; what is not all zeros is written even with UNMAP, because an unmapped block
 * reads as zeros (SBC-3 clause 5.40, UNMAP bit).
 *
 * @param layout where the CDB keeps its range; no blocks means all up to the last
 */
record WriteSame(Layout layout) {
  /** Anchored blocks do not exist here (ANC_SUP = 0). */
  static final CdbField ANCHOR = CdbField.zero("ANCHOR", 1, 4, 1);

  static final CdbField UNMAP = CdbField.of("UNMAP", 1, 3, 1);
  static final CdbField PBDATA = CdbField.zero("PBDATA (obsolete)", 1, 2, 1);
  static final CdbField LBDATA = CdbField.zero("LBDATA (obsolete)", 1, 1, 1);

  /** No Data-Out: the block is all zeros. In sixteen-byte CDBs only. */
  static final CdbField NDOB = CdbField.of("NDOB", 1, 0, 1);

  WriteSame(int cdbLength) {
    this(Layout.of(cdbLength, "NUMBER OF LOGICAL BLOCKS"));
  }

  private boolean withoutData(Cdb cdb) {
    return layout.cdbLength() == 16 && NDOB.valueIn(cdb) != 0;
  }

  int dataOut(Cdb cdb, LogicalUnit unit) {
    return withoutData(cdb) ? 0 : unit.device().profile().blockSize();
  }

  void execute(LogicalUnit unit, ScsiTask task) {
    DeviceProfile profile = unit.device().profile();
    LbaRange asked = layout.range(task.cdb());
    Sense refused = refusal(unit, task, asked, profile);
    if (refused != null) {
      task.end(Outcome.check(refused));
      return;
    }
    LbaRange range = asked.orUpToTheLast(profile);
    DataBuffer data = task.dataOut();
    ByteBuffer block = data == null ? null : data.view(0, profile.blockSize());
    boolean mayUnmap = UNMAP.valueIn(task.cdb()) != 0;
    long offset = range.offset(profile);
    long length = range.blocks() * profile.blockSize();
    RequestSequence.run(
        unit,
        task,
        block == null || isZero(block)
            ? new Zeroes(offset, length, mayUnmap)
            : new Pattern(offset, length, block));
  }

  private @Nullable Sense refusal(
      LogicalUnit unit, ScsiTask task, LbaRange asked, DeviceProfile profile) {
    Sense protectedBy = WriteProtection.refusal(unit, task);
    if (protectedBy != null) {
      return protectedBy;
    }
    if (UNMAP.valueIn(task.cdb()) != 0 && !profile.thin()) {
      return UNMAP.refused();
    }
    Sense outside = asked.outside(profile);
    if (outside != null) {
      return outside;
    }
    if (asked.orUpToTheLast(profile).blocks() > Limits.WRITE_SAME_BLOCKS) {
      return layout.blocks().refused();
    }
    // Part of a block is no pattern, and more than one is another command.
    return withoutData(task.cdb()) || DataOut.exact(task)
        ? null
        : Sense.illegalRequest(SenseCode.INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT);
  }

  private static boolean isZero(ByteBuffer block) {
    return block.mismatch(ByteBuffer.allocate(block.limit())) < 0;
  }

  /** Zeros, in pieces, so that an abort is noticed. */
  private static final class Zeroes implements RequestSequence.Source {
    /** Bytes of one piece. */
    static final int CHUNK = 16 << 20;

    private long offset;
    private final long end;
    private final boolean mayUnmap;

    Zeroes(long offset, long length, boolean mayUnmap) {
      this.offset = offset;
      this.end = offset + length;
      this.mayUnmap = mayUnmap;
    }

    @Override
    public RequestSequence.Step next(IoResult previous) {
      if (offset == end) {
        return new RequestSequence.Step.End(Outcome.GOOD);
      }
      long from = offset;
      long length = Math.min(CHUNK, end - from);
      offset += length;
      return new RequestSequence.Step.Submit(
          new IoRequest.WriteZeroes(from, length, mayUnmap, /* fua= */ false));
    }
  }

  /** One block again and again, many blocks with one request. */
  private static final class Pattern implements RequestSequence.Source {
    private long offset;
    private final long end;
    private final ByteBuffer blocks;

    Pattern(long offset, long length, ByteBuffer block) {
      this.offset = offset;
      this.end = offset + length;
      this.blocks = ByteBuffer.allocate((int) Math.min(ChunkedRead.CHUNK, length));
      while (blocks.hasRemaining()) {
        blocks.put(block.duplicate());
      }
    }

    @Override
    public RequestSequence.Step next(IoResult previous) {
      if (offset == end) {
        return new RequestSequence.Step.End(Outcome.GOOD);
      }
      long from = offset;
      int length = (int) Math.min(blocks.capacity(), end - from);
      offset += length;
      return new RequestSequence.Step.Submit(
          new IoRequest.Write(from, blocks.slice(0, length), /* fua= */ false));
    }
  }
}
