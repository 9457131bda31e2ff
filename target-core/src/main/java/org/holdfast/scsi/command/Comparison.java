package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;

/** Byte by byte comparison of the medium with Data-Out (SBC-3 clause 4.13, verify operations). */
final class Comparison {
  private Comparison() {}

  /**
   * Compares with {@code expected}, again from its beginning when it ends. A difference is
   * MISCOMPARE with its offset from the beginning of the range in INFORMATION.
   */
  static ChunkedRead.Inspector with(ByteBuffer expected) {
    int period = expected.limit();
    return (position, data) -> {
      for (int at = 0; at < data.limit(); ) {
        int from = (int) ((position + at) % period);
        int count = Math.min(period - from, data.limit() - at);
        int difference = data.slice(at, count).mismatch(expected.slice(from, count));
        if (difference >= 0) {
          return miscompare(position + at + difference);
        }
        at += count;
      }
      return null;
    };
  }

  /** As {@link #with}, but what follows on the medium after {@code expected} is not compared. */
  static ChunkedRead.Inspector once(ByteBuffer expected) {
    ChunkedRead.Inspector all = with(expected);
    return (position, data) -> {
      long left = expected.limit() - position;
      return left <= 0
          ? null
          : all.inspect(position, left < data.limit() ? data.slice(0, (int) left) : data);
    };
  }

  /** MISCOMPARE whose first difference is {@code offset} bytes behind the first block's begin. */
  static Outcome miscompare(long offset) {
    return Outcome.check(
        Sense.of(SenseKey.MISCOMPARE, SenseCode.MISCOMPARE_DURING_VERIFY_OPERATION)
            .withInformation(offset));
  }
}
