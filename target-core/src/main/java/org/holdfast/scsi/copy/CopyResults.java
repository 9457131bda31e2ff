package org.holdfast.scsi.copy;

import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.jspecify.annotations.Nullable;

/**
 * What became of copy operations: RECEIVE COPY STATUS, RECEIVE COPY FAILURE DETAILS, RECEIVE COPY
 * OPERATING PARAMETERS and RECEIVE ROD TOKEN INFORMATION (SPC-4 clauses 6.20 to 6.28).
 *
 * @param nanoTime a monotonic clock
 */
record CopyResults(LongSupplier nanoTime) {
  static final CdbField LIST_IDENTIFIER_1 = CdbField.bytes("LIST IDENTIFIER", 2, 1);
  static final CdbField LIST_IDENTIFIER_4 = CdbField.bytes("LIST IDENTIFIER", 2, 4);
  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 10, 4);

  private static final int BYTES = 0x00;
  private static final int KIBIBYTES = 0x01;
  private static final int LOGICAL_BLOCKS = 0xF1;

  /** SNLID: LIST ID USAGE 11b, no list identifier, is supported. */
  private static final int SNLID = 0x01;

  /** Milliseconds after which asking again may tell more. */
  private static final int STATUS_UPDATE_DELAY = 100;

  private static final int STATUS_HEADER = 32;

  /** RECEIVE COPY STATUS(LID1). */
  void status(LogicalUnit unit, ScsiTask task) {
    CopyOperation operation = find(unit, task, false, LIST_IDENTIFIER_1);
    if (operation == null) {
      task.end(Outcome.check(LIST_IDENTIFIER_1.refused()));
      return;
    }
    CopyOperation.Snapshot now = operation.snapshot();
    boolean small = now.bytes() <= 0xFFFF_FFFFL;
    int status =
        switch (now.status()) {
          case FOREGROUND, BACKGROUND -> 0x00;
          case COMPLETED, COMPLETED_PARTIALLY -> 0x01;
          case FAILED, TERMINATED -> 0x02;
        };
    answer(
        task,
        ByteBuffer.allocate(12)
            .putInt(8)
            .put((byte) status)
            .putShort((short) now.segments())
            .put((byte) (small ? BYTES : KIBIBYTES))
            .putInt((int) (small ? now.bytes() : now.bytes() >>> 10)));
  }

  /** RECEIVE COPY FAILURE DETAILS(LID1). */
  void failureDetails(LogicalUnit unit, ScsiTask task) {
    CopyOperation operation = find(unit, task, false, LIST_IDENTIFIER_1);
    CopyOperation.Snapshot now = operation == null ? null : operation.snapshot();
    if (now == null || now.how() instanceof Outcome.Good) {
      task.end(Outcome.check(LIST_IDENTIFIER_1.refused()));
      return;
    }
    byte[] sense = now.sense();
    answer(
        task,
        ByteBuffer.allocate(60 + sense.length)
            .putInt(56 + sense.length)
            .put(56, (byte) completionStatus(now))
            .putShort(58, (short) sense.length)
            .position(60)
            .put(sense));
  }

  /** RECEIVE COPY OPERATING PARAMETERS. */
  static void operatingParameters(ScsiTask task) {
    ByteBuffer out = ByteBuffer.allocate(47);
    out.putInt(out.capacity() - 4);
    out.put((byte) SNLID);
    out.position(8);
    out.putShort((short) CopyLimits.TARGETS);
    out.putShort((short) CopyLimits.SEGMENTS);
    out.putInt(CopyLimits.DESCRIPTOR_LIST);
    out.putInt(CopyLimits.SEGMENT_BYTES);
    out.putInt(0); // MAXIMUM INLINE DATA LENGTH
    out.putInt(0); // HELD DATA LIMIT
    out.putInt(0); // MAXIMUM STREAM DEVICE TRANSFER SIZE
    out.position(34);
    out.putShort((short) CopyLimits.CONCURRENT);
    out.put((byte) CopyLimits.CONCURRENT);
    out.put((byte) CopyLimits.GRANULARITY);
    out.put((byte) 0); // INLINE DATA GRANULARITY
    out.put((byte) 0); // HELD DATA GRANULARITY
    out.position(43);
    out.put((byte) 3);
    out.put((byte) SegmentDescriptor.BLOCKS);
    out.put((byte) SegmentDescriptor.BYTES);
    out.put((byte) TargetDescriptor.TYPE);
    answer(task, out);
  }

  /** RECEIVE ROD TOKEN INFORMATION. */
  void tokenInformation(LogicalUnit unit, ScsiTask task) {
    CopyOperation operation = find(unit, task, true, LIST_IDENTIFIER_4);
    if (operation == null) {
      task.end(Outcome.check(LIST_IDENTIFIER_4.refused()));
      return;
    }
    CopyOperation.Snapshot now = operation.snapshot();
    byte[] sense = now.sense();
    byte[] token = now.token() == null ? new byte[0] : now.token();
    // A descriptor has two bytes of identifier, of use to EXTENDED COPY only, in front.
    int descriptors = token.length == 0 ? 0 : 2 + token.length;
    ByteBuffer out = ByteBuffer.allocate(STATUS_HEADER + sense.length + 4 + descriptors);
    out.putInt(out.capacity() - 4);
    out.put((byte) operation.serviceAction());
    out.put((byte) now.status().code());
    out.putShort((short) now.counter());
    out.putInt(now.status().inProgress() ? STATUS_UPDATE_DELAY : 0);
    out.put((byte) completionStatus(now));
    out.put((byte) sense.length);
    out.put((byte) sense.length);
    out.put((byte) LOGICAL_BLOCKS);
    out.putLong(now.bytes() / operation.blockSize());
    out.putShort((short) now.segments());
    out.position(STATUS_HEADER);
    out.put(sense);
    out.putInt(descriptors);
    if (descriptors > 0) {
      out.putShort((short) 0).put(token);
    }
    answer(task, out);
  }

  /** COPY OPERATION ABORT: ends when the operation has. */
  void abort(LogicalUnit unit, ScsiTask task) {
    CopyOperation operation = find(unit, task, true, LIST_IDENTIFIER_4);
    if (operation == null || !operation.snapshot().status().inProgress()) {
      task.end(Outcome.check(LIST_IDENTIFIER_4.refused()));
      return;
    }
    operation.cancel();
    operation.whenDone(() -> task.end(Outcome.GOOD));
  }

  /** EXTENDED COPY COMPLETION STATUS: the status of the command that asked for the operation. */
  private static int completionStatus(CopyOperation.Snapshot now) {
    return now.how() instanceof Outcome.Aborted ? 0 : now.how().status();
  }

  private @Nullable CopyOperation find(
      LogicalUnit unit, ScsiTask task, boolean wide, CdbField identifier) {
    return CopyJob.operations(unit, task, nanoTime)
        .find(new CopyOperations.Key(wide, identifier.valueIn(task.cdb())));
  }

  private static void answer(ScsiTask task, ByteBuffer data) {
    byte[] bytes = new byte[data.capacity()];
    data.get(0, bytes);
    task.dataIn(bytes, ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }
}
