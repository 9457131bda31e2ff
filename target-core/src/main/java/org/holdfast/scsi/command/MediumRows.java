package org.holdfast.scsi.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.CommandTrait;
import org.holdfast.scsi.DataDirection;
import org.holdfast.scsi.DataOutLength;
import org.holdfast.scsi.MediumRange;
import org.holdfast.scsi.ReservationRule;
import org.holdfast.scsi.ServiceAction;
import org.holdfast.scsi.WithoutUnit;

/**
 * What SBC adds besides transfers: capacity, cache, defects, what becomes of the medium as a whole.
 */
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
            StartStopUnit::execute),
        new CommandSpec(
            "PREVENT ALLOW MEDIUM REMOVAL",
            0x1E,
            ServiceAction.none(),
            6,
            DataDirection.NONE,
            DataOutLength.NOTHING,
            PreventAllow.RESERVATION,
            MediumRange.NONE,
            Set.of(CommandTrait.WHEN_NOT_READY),
            List.of(PreventAllow.PREVENT),
            "SPC-4 6.18",
            WithoutUnit.REFUSED,
            PreventAllow::execute),
        prefetch(0x34, new Prefetch(10), "SBC-3 5.9"),
        prefetch(0x90, new Prefetch(16), "SBC-3 5.10"),
        readDefectData(10, 0x37, ReadDefectData.TEN, "SBC-3 5.17"),
        readDefectData(
            12,
            0xB7,
            ReadDefectData.TWELVE,
            "SBC-3 5.18",
            ReadDefectData.ADDRESS_DESCRIPTOR_INDEX));
  }

  private static CommandSpec prefetch(int opcode, Prefetch prefetch, String clause) {
    return new CommandSpec(
        "PRE-FETCH(" + prefetch.layout().cdbLength() + ")",
        opcode,
        ServiceAction.none(),
        prefetch.layout().cdbLength(),
        DataDirection.NONE,
        DataOutLength.NOTHING,
        ReservationRule.always(ReservationClass.MEDIUM_READ),
        // What it reads nobody sees, so it may run beside anything.
        MediumRange.NONE,
        Set.of(),
        prefetch.layout().fields(Prefetch.IMMED),
        clause,
        WithoutUnit.REFUSED,
        prefetch::execute);
  }

  private static CommandSpec readDefectData(
      int cdbLength, int opcode, ReadDefectData command, String clause, CdbField... more) {
    List<CdbField> fields =
        new ArrayList<>(
            List.of(
                command.primaryList(),
                command.grownList(),
                command.format(),
                command.allocationLength()));
    fields.addAll(List.of(more));
    return new CommandSpec(
        "READ DEFECT DATA(" + cdbLength + ")",
        opcode,
        ServiceAction.none(),
        cdbLength,
        DataDirection.IN,
        DataOutLength.NOTHING,
        ReservationRule.always(ReservationClass.MEDIUM_READ),
        MediumRange.NONE,
        Set.of(),
        fields,
        clause,
        WithoutUnit.REFUSED,
        command::execute);
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
