package org.holdfast.scsi.copy;

import java.util.List;
import java.util.function.LongSupplier;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.jspecify.annotations.Nullable;

/**
 * EXTENDED COPY(LID1) (SPC-4 clause 6.4): the segments of a parameter list, one after another.
 *
 * @param nanoTime a monotonic clock
 */
record ExtendedCopy(LongSupplier nanoTime) {
  static final CdbField PARAMETER_LIST_LENGTH = CdbField.bytes("PARAMETER LIST LENGTH", 10, 4);

  /** What is longer is refused by its length, without the data. */
  static int dataOut(Cdb cdb, LogicalUnit unit) {
    long length = PARAMETER_LIST_LENGTH.valueIn(cdb);
    return length <= CopyLimits.PARAMETER_LIST ? (int) length : 0;
  }

  void execute(LogicalUnit unit, ScsiTask task) {
    if (PARAMETER_LIST_LENGTH.valueIn(task.cdb()) == 0) {
      task.end(Outcome.GOOD); // Not an error, nothing is copied (SPC-4 clause 6.4.1).
      return;
    }
    switch (ExtendedCopyList.read(task.parameterList())) {
      case ExtendedCopyList.Read.Refused(Sense sense) -> task.end(Outcome.check(sense));
      case ExtendedCopyList.Read.Copy(ExtendedCopyList list) -> begin(unit, task, list);
    }
  }

  private void begin(LogicalUnit unit, ScsiTask task, ExtendedCopyList list) {
    Integer identifier = list.listIdentifier();
    CopyOperations.Key key =
        identifier == null ? null : new CopyOperations.Key(false, identifier.longValue());
    CopyJob job = CopyJob.begin(unit, task, key, false, nanoTime);
    if (job != null) {
      new Run(task, list, job).segment(0);
    }
  }

  /** One list on its way. */
  private record Run(ScsiTask task, ExtendedCopyList list, CopyJob job) {
    /** Goes on with segment {@code number}; at most {@link CopyLimits#SEGMENTS} deep. */
    void segment(int number) {
      if (number == list.segments().size()) {
        job.completed(CopyOperation.Status.COMPLETED);
        return;
      }
      switch (Segment.resolve(list.segments().get(number), number, list.targets(), task.nexus())) {
        case Segment.Refused(Sense sense) -> job.failed(Outcome.check(sense));
        case Segment.Ready(Piece piece) -> Mover.move(List.of(piece), job, listener(number));
      }
    }

    private Mover.Listener listener(int number) {
      return new Mover.Listener() {
        @Override
        public void copied(long bytes) {
          job.operation().copied(bytes);
        }

        @Override
        public void ended(Mover.@Nullable Failure failure) {
          if (failure == null) {
            job.operation().segmentDone();
            segment(number + 1);
          } else {
            job.failed(outcome(failure, number));
          }
        }
      };
    }
  }

  /** How the command ends when a part of it failed (SPC-4 clause 5.17.7.4). */
  static Outcome outcome(Mover.Failure failure, int segment) {
    return switch (failure.how()) {
      // Load, not failure: the initiator may send the same command again.
      case Outcome.Busy(), Outcome.TaskSetFull() -> failure.how();
      case Outcome.Aborted() when failure.blame() != Mover.Blame.NOBODY ->
          Outcome.check(
              Sense.copyAborted(
                  SenseCode.COPY_TARGET_DEVICE_NOT_REACHABLE,
                  segment,
                  failure.blame() == Mover.Blame.SOURCE
                      ? SegmentDescriptor.SOURCE_AT
                      : SegmentDescriptor.DESTINATION_AT));
      default ->
          failure.blame() == Mover.Blame.NOBODY
              ? failure.how()
              : Outcome.check(
                  Sense.copyAborted(segment, failure.how(), failure.blame() == Mover.Blame.SOURCE));
    };
  }
}
