package org.holdfast.scsi.command;

import java.util.List;
import java.util.Set;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.CommandTrait;
import org.holdfast.scsi.DataDirection;
import org.holdfast.scsi.DataOutLength;
import org.holdfast.scsi.MediumRange;
import org.holdfast.scsi.ReservationRule;
import org.holdfast.scsi.ServiceAction;
import org.holdfast.scsi.WithoutUnit;

/** What SBC adds besides transfers: capacity, cache, starting and stopping. */
final class MediumRows {
  private MediumRows() {}

  static List<CommandSpec> rows() {
    return List.of(
        new CommandSpec(
            "READ CAPACITY(10)",
            0x25,
            ServiceAction.none(),
            10,
            DataDirection.IN,
            DataOutLength.NOTHING,
            ReservationRule.always(ReservationClass.ALWAYS_ALLOWED),
            MediumRange.NONE,
            Set.of(),
            List.of(ReadCapacity.LBA_10, ReadCapacity.PMI_10),
            "SBC-3 5.15",
            WithoutUnit.REFUSED,
            ReadCapacity::execute10),
        new CommandSpec(
            "READ CAPACITY(16)",
            0x9E,
            ServiceAction.value(0x10),
            16,
            DataDirection.IN,
            DataOutLength.NOTHING,
            ReservationRule.always(ReservationClass.ALWAYS_ALLOWED),
            MediumRange.NONE,
            Set.of(),
            List.of(ReadCapacity.LBA_16, ReadCapacity.ALLOCATION_LENGTH_16, ReadCapacity.PMI_16),
            "SBC-3 5.16",
            WithoutUnit.REFUSED,
            ReadCapacity::execute16),
        synchronizeCache(0x35, new SynchronizeCache(10), "SBC-3 5.26"),
        synchronizeCache(0x91, new SynchronizeCache(16), "SBC-3 5.27"),
        new CommandSpec(
            "START STOP UNIT",
            0x1B,
            ServiceAction.none(),
            6,
            DataDirection.NONE,
            DataOutLength.NOTHING,
            StartStopUnit.RESERVATION,
            MediumRange.NONE,
            Set.of(CommandTrait.WHEN_NOT_READY),
            List.of(
                StartStopUnit.IMMED,
                StartStopUnit.MODIFIER,
                StartStopUnit.POWER_CONDITION,
                StartStopUnit.NO_FLUSH,
                StartStopUnit.LOEJ,
                StartStopUnit.START),
            "SBC-3 5.25",
            WithoutUnit.REFUSED,
            StartStopUnit::execute));
  }

  private static CommandSpec synchronizeCache(
      int opcode, SynchronizeCache synchronize, String clause) {
    return new CommandSpec(
        "SYNCHRONIZE CACHE(" + synchronize.layout().cdbLength() + ")",
        opcode,
        ServiceAction.none(),
        synchronize.layout().cdbLength(),
        DataDirection.NONE,
        DataOutLength.NOTHING,
        ReservationRule.always(ReservationClass.MEDIUM_WRITE),
        MediumRange.NONE,
        Set.of(),
        synchronize.layout().fields(SynchronizeCache.SYNC_NV, SynchronizeCache.IMMED),
        clause,
        WithoutUnit.REFUSED,
        synchronize::execute);
  }
}
