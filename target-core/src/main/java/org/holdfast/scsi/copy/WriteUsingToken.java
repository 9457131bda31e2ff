package org.holdfast.scsi.copy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.jspecify.annotations.Nullable;

/**
 * WRITE USING TOKEN (SBC-5 clause 5.59): writes what a token stands for to ranges of this unit.
 *
 * <p>The data comes from the unit that made the token, read as a command of the same I_T nexus: an
 * initiator that does not see that unit, or that a reservation keeps from reading it, gets nothing
 * out of a token that it was given.
 *
 * @param nanoTime a monotonic clock
 * @param random cryptographically strong
 */
record WriteUsingToken(LongSupplier nanoTime, RandomGenerator random) {
  private static final int DEL_TKN = 0x02;
  private static final int OFFSET_AT = 8;
  private static final int TOKEN_AT = 16;
  private static final int RANGES_LENGTH_AT = 534;
  private static final int RANGES_AT = 536;

  /** Where the data comes from. */
  private sealed interface Source {
    /** Zeros, as many as are wanted. */
    record Zeros() implements Source {}

    /** Blocks of {@code place}. */
    record Rod(Place place, RodTokens tokens, RodTokens.Entry entry) implements Source {}

    record Refused(Sense sense) implements Source {}
  }

  void execute(LogicalUnit unit, ScsiTask task) {
    if (ExtendedCopy.PARAMETER_LIST_LENGTH.valueIn(task.cdb()) == 0) {
      task.end(Outcome.GOOD); // Not an error, nothing is done.
      return;
    }
    DeviceProfile profile = unit.device().profile();
    ByteBuffer list = task.parameterList();
    Sense refusal = refusal(list);
    List<BlockRange> targets =
        refusal == null ? TokenCommands.ranges(list, RANGES_LENGTH_AT) : List.of();
    if (refusal == null) {
      refusal = BlockRange.refusal(targets, profile, RANGES_LENGTH_AT);
    }
    Source source = refusal != null ? new Source.Refused(refusal) : source(list, task, profile);
    if (source instanceof Source.Refused(Sense sense)) {
      task.end(Outcome.check(sense));
      return;
    }
    int flags = list.get(TokenCommands.FLAGS_AT);
    long offset = list.getLong(OFFSET_AT);
    Place destination = new Place(task.nexus(), task.lun(), unit);
    boolean immediate = (flags & TokenCommands.IMMED) != 0;
    CopyJob job = CopyJob.begin(unit, task, TokenCommands.key(task), immediate, nanoTime);
    if (job == null) {
      return;
    }
    if (source instanceof Source.Rod rod) {
      List<Piece> pieces =
          RangePairs.pieces(rod.place(), rod.entry().ranges(), offset, destination, targets);
      new Run(job, rod, (flags & DEL_TKN) != 0, BlockRange.total(targets)).begin(pieces);
    } else {
      new Run(job, null, false, BlockRange.total(targets))
          .begin(RangePairs.zeros(destination, targets));
    }
  }

  private static @Nullable Sense refusal(ByteBuffer list) {
    Sense refusal = TokenCommands.refusal(list, RANGES_LENGTH_AT);
    if (refusal != null) {
      return refusal;
    }
    int length = list.getShort(RANGES_LENGTH_AT) & 0xFFFF;
    return TokenCommands.dataEnd(list) == RANGES_AT + length
        ? null
        : Sense.invalidFieldInParameterList(RANGES_LENGTH_AT, 7);
  }

  private Source source(ByteBuffer list, ScsiTask task, DeviceProfile profile) {
    byte[] token = new byte[RodToken.LENGTH];
    list.get(TOKEN_AT, token);
    if (!RodToken.hasRightLength(token)) {
      return refused(SenseCode.INVALID_TOKEN_OPERATION_INVALID_TOKEN_LENGTH);
    }
    return switch (RodToken.type(token)) {
      case RodToken.BLOCK_ZERO -> new Source.Zeros();
      case RodToken.CHANGE_VULNERABLE -> find(token, list.getLong(OFFSET_AT), task, profile);
      default -> refused(SenseCode.INVALID_TOKEN_OPERATION_UNSUPPORTED_TOKEN_TYPE);
    };
  }

  private Source find(byte[] token, long offset, ScsiTask task, DeviceProfile profile) {
    Place place = TargetDescriptor.find(task.nexus(), RodToken.creator(token));
    if (place == null) {
      return refused(SenseCode.INVALID_TOKEN_OPERATION_TOKEN_UNKNOWN);
    }
    RodTokens tokens = RodTokens.of(place.unit(), nanoTime, random);
    return switch (tokens.find(token)) {
      case RodTokens.Found.Bad(SenseCode why) -> refused(why);
      case RodTokens.Found.Good(RodTokens.Entry entry) -> {
        if (place.blockSize() != profile.blockSize()) {
          // OFFSET INTO ROD counts blocks, and there is one size for both sides.
          yield refused(SenseCode.INVALID_TOKEN_OPERATION_CAUSE_NOT_REPORTABLE);
        }
        long blocks = BlockRange.total(entry.ranges());
        yield Long.compareUnsigned(offset, blocks) >= 0
            ? new Source.Refused(Sense.invalidFieldInParameterList(OFFSET_AT, 7))
            : new Source.Rod(place, tokens, entry);
      }
    };
  }

  private static Source refused(SenseCode why) {
    return new Source.Refused(Sense.illegalRequest(why));
  }

  /**
   * The copy on its way.
   *
   * @param rod null for zeros
   * @param deletes the token goes when everything went well (DEL_TKN)
   * @param wanted blocks that the ranges have room for
   */
  private record Run(CopyJob job, Source.@Nullable Rod rod, boolean deletes, long wanted)
      implements Mover.Guard, Mover.Listener {
    void begin(List<Piece> pieces) {
      Mover.move(pieces, this, this);
    }

    /** A token that ended while its data was read may have given newer data. */
    @Override
    public @Nullable Outcome stop() {
      Outcome stop = job.stop();
      SenseCode dead = rod == null ? null : rod.entry().dead();
      return stop != null || dead == null ? stop : Outcome.check(Sense.illegalRequest(dead));
    }

    @Override
    public void copied(long bytes) {
      job.operation().copied(bytes);
      if (rod != null) {
        rod.tokens().used(rod.entry());
      }
    }

    @Override
    public void ended(Mover.@Nullable Failure failure) {
      if (failure != null) {
        // The destination is this unit: what went wrong there went wrong here.
        boolean here =
            failure.blame() == Mover.Blame.DESTINATION
                && !(failure.how() instanceof Outcome.Aborted);
        job.failed(here ? failure.how() : ExtendedCopy.outcome(failure, 0));
        return;
      }
      if (rod != null && deletes) {
        rod.tokens().delete(rod.entry());
      }
      CopyOperation operation = job.operation();
      boolean all = operation.snapshot().bytes() == wanted * operation.blockSize();
      job.completed(
          all ? CopyOperation.Status.COMPLETED : CopyOperation.Status.COMPLETED_PARTIALLY);
    }
  }
}
