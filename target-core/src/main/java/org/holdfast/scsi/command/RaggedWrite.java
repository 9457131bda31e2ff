package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.Outcome;

/**
 * Writes data that may end within a block: the last block is read first, and written with its new
 * beginning and its old end. Whoever runs it keeps the range from other commands meanwhile, or one
 * of their writes to that block could be undone.
 */
final class RaggedWrite implements RequestSequence.Source {
  private enum Stage {
    READ_LAST,
    WRITE_WHOLE,
    WRITE_LAST,
    DONE
  }

  private final long offset;
  private final ByteBuffer data;
  private final boolean fua;

  /** Bytes of {@link #data} that are whole blocks. */
  private final int whole;

  private final ByteBuffer last;
  private Stage stage;

  /**
   * A write that has not begun.
   *
   * @param offset of its first block, bytes
   * @param data from position 0 to the limit, which is not 0; only read
   * @param blockSize of the device, bytes
   * @param fua what is written is stable when the sequence ends
   */
  RaggedWrite(long offset, ByteBuffer data, int blockSize, boolean fua) {
    this.offset = offset;
    this.data = data;
    this.fua = fua;
    this.whole = data.limit() - data.limit() % blockSize;
    boolean ragged = whole < data.limit();
    this.last = ByteBuffer.allocate(ragged ? blockSize : 0);
    this.stage = ragged ? Stage.READ_LAST : Stage.WRITE_WHOLE;
  }

  @Override
  public RequestSequence.Step next(IoResult previous) {
    return switch (stage) {
      case READ_LAST -> {
        stage = whole > 0 ? Stage.WRITE_WHOLE : Stage.WRITE_LAST;
        yield submit(new IoRequest.Read(offset + whole, last.duplicate()));
      }
      case WRITE_WHOLE -> {
        stage = whole < data.limit() ? Stage.WRITE_LAST : Stage.DONE;
        yield submit(new IoRequest.Write(offset, data.slice(0, whole), fua));
      }
      case WRITE_LAST -> {
        stage = Stage.DONE;
        last.put(0, data, whole, data.limit() - whole);
        yield submit(new IoRequest.Write(offset + whole, last.duplicate(), fua));
      }
      case DONE -> new RequestSequence.Step.End(Outcome.GOOD);
    };
  }

  private static RequestSequence.Step submit(IoRequest request) {
    return new RequestSequence.Step.Submit(request);
  }
}
