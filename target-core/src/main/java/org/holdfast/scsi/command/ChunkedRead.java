package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.holdfast.scsi.FaultMapper;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range piece by piece through one buffer, for commands that look at the medium without
 * sending it to the initiator. Ends the task.
 *
 * <p>A device may complete before {@code submit} returns, as often as it likes in a row. The
 * counter {@code work} turns that into a loop, so that the stack does not grow with the range; it
 * also orders the steps when they run on different threads.
 */
final class ChunkedRead {
  /** Size of a piece in bytes: a whole number of blocks of every size. */
  static final int CHUNK = 1 << 20;

  /** Looks at a piece. */
  @FunctionalInterface
  interface Inspector {
    /**
     * Looks at one piece.
     *
     * @param position of the piece in the range, bytes
     * @param data from position 0 to the limit
     * @return why the command ends here, or null to go on
     */
    @Nullable Outcome inspect(long position, ByteBuffer data);
  }

  private final LogicalUnit unit;
  private final ScsiTask task;
  private final long offset;
  private final long length;
  private final Inspector inspector;
  private final ByteBuffer buffer;
  private final AtomicInteger work = new AtomicInteger();

  // Owned by whoever runs step(): at most one thread at any time, handed over through work.
  private long position;
  private @Nullable IoResult finished;

  private ChunkedRead(
      LogicalUnit unit, ScsiTask task, long offset, long length, Inspector inspector) {
    this.unit = unit;
    this.task = task;
    this.offset = offset;
    this.length = length;
    this.inspector = inspector;
    this.buffer = ByteBuffer.allocate((int) Math.min(CHUNK, length));
  }

  /**
   * Reads {@code [offset, offset + length)} of the device, both in bytes, and ends {@code task}.
   */
  static void run(LogicalUnit unit, ScsiTask task, long offset, long length, Inspector inspector) {
    new ChunkedRead(unit, task, offset, length, inspector).advance();
  }

  private void advance() {
    if (work.getAndIncrement() == 0) {
      do {
        step();
      } while (work.decrementAndGet() != 0);
    }
  }

  private void step() {
    IoResult result = finished;
    if (result != null) {
      if (!(result instanceof IoResult.Done)) {
        task.end(FaultMapper.outcome(unit, task, result));
        return;
      }
      Outcome verdict = inspector.inspect(position, buffer.flip());
      if (verdict != null) {
        task.end(verdict);
        return;
      }
      position += buffer.limit();
    }
    if (position == length || task.aborted()) {
      task.end(Outcome.GOOD);
      return;
    }
    buffer.clear().limit((int) Math.min(buffer.capacity(), length - position));
    ByteBuffer target = buffer.slice();
    buffer.position(buffer.limit());
    unit.device()
        .submit(
            new IoRequest.Read(offset + position, target),
            ended -> {
              finished = ended;
              advance();
            });
  }
}
