package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;

/**
 * ORWRITE(16) (SBC-3 clause 5.8), set operation: every bit that is one in Data-Out becomes one on
 * the medium, the others stay. Piece by piece, with nobody else on the range meanwhile.
 */
final class OrWrite implements RequestSequence.Source {
  static final Transfer TRANSFER = new Transfer(16);

  private final long offset;

  /** Bytes of whole blocks; beyond {@link #data} no bit is set. */
  private final int length;

  private final ByteBuffer data;
  private final boolean fua;
  private final ByteBuffer buffer;
  private int position;

  /** Bytes of the piece that has been read and is to be written next, 0 when one is to be read. */
  private int read;

  private OrWrite(long offset, int length, ByteBuffer data, boolean fua) {
    this.offset = offset;
    this.length = length;
    this.data = data;
    this.fua = fua;
    this.buffer = ByteBuffer.allocate(Math.min(ChunkedRead.CHUNK, length));
  }

  static void execute(LogicalUnit unit, ScsiTask task) {
    DeviceProfile profile = unit.device().profile();
    LbaRange range = TRANSFER.layout().range(task.cdb());
    Sense refused = TRANSFER.writeRefusal(unit, task, range, profile);
    if (refused != null) {
      task.end(Outcome.check(refused));
      return;
    }
    ByteBuffer data = DataOut.bytes(task);
    if (data == null) {
      task.end(Outcome.GOOD);
      return;
    }
    int blocks = DataOut.blocks(data, profile);
    unit.exclusively(
        task,
        range.lba(),
        blocks,
        () ->
            RequestSequence.run(
                unit,
                task,
                new OrWrite(
                    range.offset(profile),
                    blocks * profile.blockSize(),
                    data,
                    Transfer.isForced(task.cdb()))));
  }

  @Override
  public RequestSequence.Step next(IoResult previous) {
    if (read > 0) {
      int came = Math.min(read, data.limit() - position);
      for (int at = 0; at < came; at++) {
        buffer.put(at, (byte) (buffer.get(at) | data.get(position + at)));
      }
      IoRequest write = new IoRequest.Write(offset + position, buffer.slice(0, read), fua);
      position += read;
      read = 0;
      return new RequestSequence.Step.Submit(write);
    }
    if (position == length) {
      return new RequestSequence.Step.End(Outcome.GOOD);
    }
    read = Math.min(buffer.capacity(), length - position);
    return new RequestSequence.Step.Submit(
        new IoRequest.Read(offset + position, buffer.slice(0, read)));
  }
}
