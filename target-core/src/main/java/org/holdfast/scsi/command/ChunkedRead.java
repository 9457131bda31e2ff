package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range piece by piece through one buffer, for commands that look at the medium without
 * sending it to the initiator.
 */
final class ChunkedRead implements RequestSequence.Source {
  /** Size of a piece in bytes: a whole number of blocks of every size. */
  static final int CHUNK = 1 << 20;

  /** Looks at a piece. */
  @FunctionalInterface
  interface Inspector {
    /** The bytes do not matter, only that they can be read. */
    Inspector READABLE = (position, data) -> null;

    /**
     * Looks at one piece.
     *
     * @param position of the piece in the range, bytes
     * @param data from position 0 to the limit
     * @return why the command ends here, or null to go on
     */
    @Nullable Outcome inspect(long position, ByteBuffer data);
  }

  private final long offset;
  private final long length;
  private final Inspector inspector;
  private final ByteBuffer buffer;
  private long position;

  /** Bytes of the piece that is being read, 0 before the first. */
  private int piece;

  private ChunkedRead(long offset, long length, Inspector inspector) {
    this.offset = offset;
    this.length = length;
    this.inspector = inspector;
    this.buffer = ByteBuffer.allocate((int) Math.min(CHUNK, length));
  }

  /**
   * Reads {@code [offset, offset + length)} of the device, both in bytes, and ends {@code task}.
   */
  static void run(LogicalUnit unit, ScsiTask task, long offset, long length, Inspector inspector) {
    run(unit, task, offset, length, inspector, task::end);
  }

  /** As above, but {@code done} is told how it went and ends the task. */
  static void run(
      LogicalUnit unit,
      ScsiTask task,
      long offset,
      long length,
      Inspector inspector,
      Consumer<Outcome> done) {
    RequestSequence.run(unit, task, new ChunkedRead(offset, length, inspector), done);
  }

  @Override
  public RequestSequence.Step next(IoResult previous) {
    if (piece > 0) {
      Outcome verdict = inspector.inspect(position, buffer.slice(0, piece));
      if (verdict != null) {
        return new RequestSequence.Step.End(verdict);
      }
      position += piece;
    }
    if (position == length) {
      return new RequestSequence.Step.End(Outcome.GOOD);
    }
    piece = (int) Math.min(buffer.capacity(), length - position);
    return new RequestSequence.Step.Submit(
        new IoRequest.Read(offset + position, buffer.slice(0, piece)));
  }
}
