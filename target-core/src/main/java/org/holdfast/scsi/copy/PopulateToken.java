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
 * POPULATE TOKEN (SBC-5 clause 5.12): a token that stands for ranges of this unit.
 *
 * @param nanoTime a monotonic clock
 * @param random cryptographically strong
 */
record PopulateToken(LongSupplier nanoTime, RandomGenerator random) {
  private static final int RTV = 0x02;
  private static final int INACTIVITY_TIMEOUT_AT = 4;
  private static final int ROD_TYPE_AT = 8;
  private static final int RANGES_LENGTH_AT = 14;

  void execute(LogicalUnit unit, ScsiTask task) {
    if (ExtendedCopy.PARAMETER_LIST_LENGTH.valueIn(task.cdb()) == 0) {
      task.end(Outcome.GOOD); // Not an error, nothing is done.
      return;
    }
    DeviceProfile profile = unit.device().profile();
    ByteBuffer list = task.parameterList();
    Sense refusal = refusal(list);
    List<BlockRange> ranges =
        refusal == null ? TokenCommands.ranges(list, RANGES_LENGTH_AT) : List.of();
    if (refusal == null) {
      refusal = BlockRange.refusal(ranges, profile, RANGES_LENGTH_AT);
    }
    if (refusal != null) {
      task.end(Outcome.check(refusal));
      return;
    }
    int asked = list.getInt(INACTIVITY_TIMEOUT_AT);
    int seconds = asked == 0 ? CopyLimits.DEFAULT_INACTIVITY : asked;
    boolean immediate = (list.get(TokenCommands.FLAGS_AT) & TokenCommands.IMMED) != 0;
    CopyJob job = CopyJob.begin(unit, task, TokenCommands.key(task), immediate, nanoTime);
    if (job != null) {
      populate(unit, job, ranges, profile.blockSize(), seconds);
    }
  }

  private void populate(
      LogicalUnit unit, CopyJob job, List<BlockRange> ranges, int blockSize, int seconds) {
    RodTokens tokens = RodTokens.of(unit, nanoTime, random);
    RodTokens.Entry entry = tokens.make(ranges, blockSize, seconds);
    if (entry == null) {
      job.failed(
          Outcome.check(
              Sense.illegalRequest(SenseCode.INSUFFICIENT_RESOURCES_TO_CREATE_ROD_TOKEN)));
      return;
    }
    tokens.whenStable(
        entry,
        () -> {
          job.operation().populated(entry.token(), BlockRange.total(ranges) * blockSize);
          job.completed(CopyOperation.Status.COMPLETED);
        });
  }

  private static @Nullable Sense refusal(ByteBuffer list) {
    Sense refusal = TokenCommands.refusal(list, RANGES_LENGTH_AT);
    if (refusal != null) {
      return refusal;
    }
    long seconds = list.getInt(INACTIVITY_TIMEOUT_AT) & 0xFFFF_FFFFL;
    if (seconds > CopyLimits.MAXIMUM_INACTIVITY) {
      return Sense.invalidFieldInParameterList(INACTIVITY_TIMEOUT_AT, 7);
    }
    boolean typed = (list.get(TokenCommands.FLAGS_AT) & RTV) != 0;
    return typed && list.getInt(ROD_TYPE_AT) != RodToken.CHANGE_VULNERABLE
        ? Sense.invalidFieldInParameterList(ROD_TYPE_AT, 7)
        : null;
  }
}
