package org.holdfast.scsi.copy;

import java.util.function.Consumer;
import org.holdfast.scsi.CommandHandler;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.FaultMapper;
import org.holdfast.scsi.HeapDataBuffer;
import org.holdfast.scsi.InnerCommand;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.MediumRange;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.command.WriteProtection;
import org.jspecify.annotations.Nullable;

/**
 * A copy inside the backing store, as a pair of inner commands: a read that holds the source's
 * range while a write of the destination's range is carried out by {@link IoRequest.CopyFrom}. Both
 * are in their task sets for as long as the device works.
 *
 * <p>Holding one range while waiting for another could end in a circle, because a command that
 * wants a range to itself stands between the two. So the unit with the lower name comes first,
 * always; and inside one unit it is one command that touches both ranges.
 */
final class DeviceCopy {
  /** How it went. */
  sealed interface Result {
    /** The device has no way to do this; nothing was changed. */
    record NotSupported() implements Result {}

    /** It was done, or failed. */
    record Ended(Outcome how, Mover.Blame blame) implements Result {}
  }

  /**
   * Carries out a copy inside one unit. The row touches both ranges, but changes only the one that
   * its CDB names.
   *
   * @param changes the blocks that it changes
   */
  record WithinUnit(MediumRange changes, CommandHandler body) implements CommandHandler {
    @Override
    public void execute(LogicalUnit unit, ScsiTask task) {
      body.execute(unit, task);
    }
  }

  private static final DataBuffer NO_DATA = new HeapDataBuffer(0);
  private static final Result DONE = new Result.Ended(Outcome.GOOD, Mover.Blame.NOBODY);

  private final Place source;
  private final Piece part;
  private final Consumer<Result> done;

  /** Written by the handlers of the inner commands, read when both commands have ended. */
  private volatile @Nullable Result result;

  private DeviceCopy(Place source, Piece part, Consumer<Result> done) {
    this.source = source;
    this.part = part;
    this.done = done;
  }

  /** Copies {@code part}, whose source is {@code source}; its ranges have nothing in common. */
  static void run(Place source, Piece part, Consumer<Result> done) {
    DeviceCopy copy = new DeviceCopy(source, part, done);
    if (source.unit() == part.destination().unit()) {
      copy.within();
    } else {
      copy.across();
    }
  }

  /** Zeroes the destination of {@code part}. */
  static void zero(Piece part, Consumer<Result> done) {
    new DeviceCopy(part.destination(), part, done).zero();
  }

  private void within() {
    part.destination()
        .copyWithin(part, (_, task) -> submit(task, copyRequest(), () -> task.end(Outcome.GOOD)))
        .send(NO_DATA, 0, how -> finish(how, Mover.Blame.DESTINATION));
  }

  private void zero() {
    boolean thin = part.destination().unit().device().profile().thin();
    IoRequest request =
        new IoRequest.WriteZeroes(part.destinationOffset(), part.length(), thin, false);
    part.destination()
        .writeWith(part, (_, task) -> submit(task, request, () -> task.end(Outcome.GOOD)))
        .send(NO_DATA, 0, how -> finish(how, Mover.Blame.DESTINATION));
  }

  private void across() {
    boolean sourceFirst =
        source.unit().identity().naa().compareTo(part.destination().unit().identity().naa()) < 0;
    InnerCommand first =
        sourceFirst
            ? source.readWith(part, (_, reading) -> writeWhile(reading))
            : part.destination().writeWith(part, (_, writing) -> readWhile(writing));
    Mover.Blame blame = sourceFirst ? Mover.Blame.SOURCE : Mover.Blame.DESTINATION;
    first.send(NO_DATA, 0, how -> finish(how, blame));
  }

  private void writeWhile(ScsiTask reading) {
    part.destination()
        .writeWith(part, (_, task) -> submit(task, copyRequest(), () -> task.end(Outcome.GOOD)))
        .send(NO_DATA, 0, how -> release(reading, how, Mover.Blame.DESTINATION));
  }

  private void readWhile(ScsiTask writing) {
    source
        .readWith(part, (_, task) -> submit(writing, copyRequest(), () -> task.end(Outcome.GOOD)))
        .send(NO_DATA, 0, how -> release(writing, how, Mover.Blame.SOURCE));
  }

  /** The second command is over; the first has been held for it. */
  private void release(ScsiTask held, Outcome second, Mover.Blame blame) {
    if (!(second instanceof Outcome.Good)) {
      result = new Result.Ended(second, blame);
    }
    held.end(Outcome.GOOD);
  }

  private void finish(Outcome how, Mover.Blame blame) {
    Result known = result;
    done.accept(
        known == null || !(how instanceof Outcome.Good) ? new Result.Ended(how, blame) : known);
  }

  private IoRequest copyRequest() {
    return new IoRequest.CopyFrom(
        source.unit().device(), part.sourceOffset(), part.destinationOffset(), part.length());
  }

  /** Has the device do it, on behalf of {@code writing}; {@code then} runs exactly once. */
  private void submit(ScsiTask writing, IoRequest request, Runnable then) {
    LogicalUnit unit = part.destination().unit();
    Sense refusal = refusal(unit, writing);
    if (refusal != null) {
      result = new Result.Ended(Outcome.check(refusal), Mover.Blame.DESTINATION);
      then.run();
      return;
    }
    unit.device()
        .submit(
            request,
            ended -> {
              result = result(unit, writing, ended);
              then.run();
            });
  }

  /** What the handlers of READ and WRITE would have looked at. */
  private @Nullable Sense refusal(LogicalUnit unit, ScsiTask writing) {
    Sense protectedBy = WriteProtection.refusal(unit, writing);
    if (protectedBy != null) {
      return protectedBy;
    }
    boolean inside =
        part.destinationOffset() + part.length() <= unit.device().profile().size()
            && part.sourceOffset() + part.length() <= source.unit().device().profile().size();
    return inside ? null : Sense.illegalRequest(SenseCode.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE);
  }

  private static Result result(LogicalUnit unit, ScsiTask writing, IoResult ended) {
    if (ended instanceof IoResult.Failed(DeviceFault fault, long _, String _)
        && fault == DeviceFault.NOT_SUPPORTED) {
      return new Result.NotSupported();
    }
    Outcome how = FaultMapper.outcome(unit, writing, ended);
    return how instanceof Outcome.Good ? DONE : new Result.Ended(how, Mover.Blame.DESTINATION);
  }
}
