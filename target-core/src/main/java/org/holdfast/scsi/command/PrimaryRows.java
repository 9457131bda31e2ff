package org.holdfast.scsi.command;

import static org.holdfast.scsi.CommandTrait.BEFORE_UNIT_ATTENTION;
import static org.holdfast.scsi.CommandTrait.DURING_MEDIUM_OPERATION;
import static org.holdfast.scsi.CommandTrait.IN_STANDBY;
import static org.holdfast.scsi.CommandTrait.IN_UNAVAILABLE;
import static org.holdfast.scsi.CommandTrait.WHEN_NOT_READY;

import java.util.List;
import java.util.Set;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.DataDirection;
import org.holdfast.scsi.DataOutLength;
import org.holdfast.scsi.MediumRange;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ReservationRule;
import org.holdfast.scsi.ServiceAction;
import org.holdfast.scsi.WithoutUnit;

/** The commands of SPC-4, reservations aside. */
final class PrimaryRows {
  private static final ReservationRule ALWAYS_ALLOWED =
      ReservationRule.always(ReservationClass.ALWAYS_ALLOWED);
  private static final ReservationRule MEDIUM_READ =
      ReservationRule.always(ReservationClass.MEDIUM_READ);

  private static final ReservationRule MEDIUM_WRITE =
      ReservationRule.always(ReservationClass.MEDIUM_WRITE);

  private PrimaryRows() {}

  static List<CommandSpec> rows() {
    return List.of(
        new CommandSpec(
            "TEST UNIT READY",
            0x00,
            ServiceAction.none(),
            6,
            DataDirection.NONE,
            DataOutLength.NOTHING,
            ReservationRule.always(ReservationClass.ALLOWED_UNDER_PERSISTENT),
            MediumRange.NONE,
            Set.of(),
            List.of(),
            "SPC-4 6.47",
            WithoutUnit.REFUSED,
            // Without WHEN_NOT_READY it only gets here when the unit is ready.
            (unit, task) -> task.end(Outcome.GOOD)),
        new CommandSpec(
            "REQUEST SENSE",
            0x03,
            ServiceAction.none(),
            6,
            DataDirection.IN,
            DataOutLength.NOTHING,
            ALWAYS_ALLOWED,
            MediumRange.NONE,
            Set.of(
                BEFORE_UNIT_ATTENTION,
                WHEN_NOT_READY,
                IN_STANDBY,
                IN_UNAVAILABLE,
                DURING_MEDIUM_OPERATION),
            List.of(RequestSense.DESC, RequestSense.ALLOCATION_LENGTH),
            "SPC-4 6.39",
            RequestSense::executeWithoutUnit,
            RequestSense::execute),
        new CommandSpec(
            "INQUIRY",
            0x12,
            ServiceAction.none(),
            6,
            DataDirection.IN,
            DataOutLength.NOTHING,
            ALWAYS_ALLOWED,
            MediumRange.NONE,
            Set.of(
                BEFORE_UNIT_ATTENTION,
                WHEN_NOT_READY,
                IN_STANDBY,
                IN_UNAVAILABLE,
                DURING_MEDIUM_OPERATION),
            List.of(Inquiry.CMDDT, Inquiry.EVPD, Inquiry.PAGE_CODE, Inquiry.ALLOCATION_LENGTH),
            "SPC-4 6.6",
            Inquiry::executeWithoutUnit,
            Inquiry::execute),
        new CommandSpec(
            "REPORT LUNS",
            0xA0,
            ServiceAction.none(),
            12,
            DataDirection.IN,
            DataOutLength.NOTHING,
            ALWAYS_ALLOWED,
            MediumRange.NONE,
            Set.of(
                BEFORE_UNIT_ATTENTION,
                WHEN_NOT_READY,
                IN_STANDBY,
                IN_UNAVAILABLE,
                DURING_MEDIUM_OPERATION),
            List.of(ReportLuns.SELECT_REPORT, ReportLuns.ALLOCATION_LENGTH),
            "SPC-4 6.33",
            ReportLuns::execute,
            ReportLuns::execute),
        new CommandSpec(
            "MODE SENSE(6)",
            0x1A,
            ServiceAction.none(),
            6,
            DataDirection.IN,
            DataOutLength.NOTHING,
            MEDIUM_READ,
            MediumRange.NONE,
            Set.of(WHEN_NOT_READY, IN_STANDBY),
            List.of(
                ModeSense.DBD,
                ModeSense.PC,
                ModeSense.PAGE_CODE,
                ModeSense.SUBPAGE_CODE,
                ModeSense.ALLOCATION_LENGTH_6),
            "SPC-4 6.13",
            WithoutUnit.REFUSED,
            ModeSense::execute6),
        new CommandSpec(
            "MODE SENSE(10)",
            0x5A,
            ServiceAction.none(),
            10,
            DataDirection.IN,
            DataOutLength.NOTHING,
            MEDIUM_READ,
            MediumRange.NONE,
            Set.of(WHEN_NOT_READY, IN_STANDBY),
            List.of(
                ModeSense.LLBAA,
                ModeSense.DBD,
                ModeSense.PC,
                ModeSense.PAGE_CODE,
                ModeSense.SUBPAGE_CODE,
                ModeSense.ALLOCATION_LENGTH_10),
            "SPC-4 6.14",
            WithoutUnit.REFUSED,
            ModeSense::execute10),
        modeSelect("MODE SELECT(6)", 0x15, 6, ModeSelect.SIX, "SPC-4 6.11"),
        modeSelect("MODE SELECT(10)", 0x55, 10, ModeSelect.TEN, "SPC-4 6.12"),
        new CommandSpec(
            "REPORT SUPPORTED OPERATION CODES",
            0xA3,
            ServiceAction.value(0x0C),
            12,
            DataDirection.IN,
            DataOutLength.NOTHING,
            MEDIUM_READ,
            MediumRange.NONE,
            Set.of(WHEN_NOT_READY),
            List.of(
                ReportOpcodes.RCTD,
                ReportOpcodes.REPORTING_OPTIONS,
                ReportOpcodes.REQUESTED_OPCODE,
                ReportOpcodes.REQUESTED_ACTION,
                ReportOpcodes.ALLOCATION_LENGTH),
            "SPC-4 6.35",
            WithoutUnit.REFUSED,
            ReportOpcodes::execute));
  }

  private static CommandSpec modeSelect(
      String name, int opcode, int length, ModeSelect select, String clause) {
    return new CommandSpec(
        name,
        opcode,
        ServiceAction.none(),
        length,
        DataDirection.OUT,
        select::dataOut,
        MEDIUM_WRITE,
        MediumRange.NONE,
        Set.of(WHEN_NOT_READY, IN_STANDBY),
        List.of(ModeSelect.PF, ModeSelect.RTD, ModeSelect.SP, select.listLength()),
        clause,
        WithoutUnit.REFUSED,
        select::execute);
  }
}
