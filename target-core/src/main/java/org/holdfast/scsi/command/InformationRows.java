package org.holdfast.scsi.command;

import static org.holdfast.scsi.CommandTrait.IN_STANDBY;
import static org.holdfast.scsi.CommandTrait.IN_UNAVAILABLE;
import static org.holdfast.scsi.CommandTrait.WHEN_NOT_READY;

import java.util.List;
import java.util.Set;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.CommandHandler;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.CommandTrait;
import org.holdfast.scsi.DataDirection;
import org.holdfast.scsi.DataOutLength;
import org.holdfast.scsi.MediumRange;
import org.holdfast.scsi.ReservationRule;
import org.holdfast.scsi.ServiceAction;
import org.holdfast.scsi.WithoutUnit;

/**
 * Commands of SPC-4 that ask the device server about itself or tell it something: MAINTENANCE IN
 * and OUT, log pages, diagnostics. The reservation classes are those of SPC-4 table 66.
 */
final class InformationRows {
  private static final int MAINTENANCE_IN = 0xA3;
  private static final int MAINTENANCE_OUT = 0xA4;

  private InformationRows() {}

  static List<CommandSpec> rows() {
    return List.of(
        in(
            "REPORT IDENTIFYING INFORMATION",
            MAINTENANCE_IN,
            ServiceAction.value(0x05),
            12,
            ReservationClass.ALWAYS_ALLOWED,
            Set.of(),
            List.of(
                IdentifyingInformation.INFORMATION_TYPE, IdentifyingInformation.ALLOCATION_LENGTH),
            "SPC-4 6.32",
            IdentifyingInformation::report),
        in(
            "REPORT TARGET PORT GROUPS",
            MAINTENANCE_IN,
            ServiceAction.value(0x0A),
            12,
            ReservationClass.ALWAYS_ALLOWED,
            Set.of(WHEN_NOT_READY, IN_STANDBY, IN_UNAVAILABLE),
            List.of(TargetPortGroups.DATA_FORMAT, TargetPortGroups.ALLOCATION_LENGTH),
            "SPC-4 6.37",
            TargetPortGroups::report),
        in(
            "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
            MAINTENANCE_IN,
            ServiceAction.value(0x0D),
            12,
            ReservationClass.MEDIUM_READ,
            Set.of(WHEN_NOT_READY),
            List.of(ReportTaskManagement.REPD, ReportTaskManagement.ALLOCATION_LENGTH),
            "SPC-4 6.36",
            ReportTaskManagement::execute),
        in(
            "REPORT PRIORITY",
            MAINTENANCE_IN,
            ServiceAction.value(0x0E),
            12,
            ReservationClass.ALWAYS_ALLOWED,
            Set.of(WHEN_NOT_READY),
            List.of(ReportPriority.PRIORITY_REPORTED, ReportPriority.ALLOCATION_LENGTH),
            "SPC-4 6.34",
            ReportPriority::execute),
        in(
            "REPORT TIMESTAMP",
            MAINTENANCE_IN,
            ServiceAction.value(0x0F),
            12,
            ReservationClass.ALWAYS_ALLOWED,
            Set.of(WHEN_NOT_READY),
            List.of(Timestamp.ALLOCATION_LENGTH),
            "SPC-4 6.38",
            Timestamp::report),
        out(
            "SET IDENTIFYING INFORMATION",
            MAINTENANCE_OUT,
            ServiceAction.value(0x06),
            12,
            IdentifyingInformation::dataOut,
            Set.of(),
            List.of(IdentifyingInformation.INFORMATION_TYPE, IdentifyingInformation.LIST_LENGTH),
            "SPC-4 6.43",
            IdentifyingInformation::set),
        out(
            "SET TARGET PORT GROUPS",
            MAINTENANCE_OUT,
            ServiceAction.value(0x0A),
            12,
            TargetPortGroups::dataOut,
            Set.of(WHEN_NOT_READY, IN_STANDBY, IN_UNAVAILABLE),
            List.of(TargetPortGroups.LIST_LENGTH),
            "SPC-4 6.45",
            TargetPortGroups::set),
        out(
            "SET TIMESTAMP",
            MAINTENANCE_OUT,
            ServiceAction.value(0x0F),
            12,
            Timestamp::dataOut,
            Set.of(WHEN_NOT_READY),
            List.of(Timestamp.LIST_LENGTH),
            "SPC-4 6.46",
            Timestamp::set),
        in(
            "READ MEDIA SERIAL NUMBER",
            0xAB,
            ServiceAction.value(0x01),
            12,
            ReservationClass.ALWAYS_ALLOWED,
            Set.of(),
            List.of(MediaSerialNumber.ALLOCATION_LENGTH),
            "SPC-4 6.19",
            MediaSerialNumber::execute),
        in(
            "LOG SENSE",
            0x4D,
            ServiceAction.none(),
            10,
            ReservationClass.ALWAYS_ALLOWED,
            Set.of(WHEN_NOT_READY, IN_STANDBY),
            List.of(
                LogSense.SP,
                LogSense.PPC,
                LogSense.PC,
                LogSense.PAGE_CODE,
                LogSense.SUBPAGE_CODE,
                LogSense.PARAMETER_POINTER,
                LogSense.ALLOCATION_LENGTH),
            "SPC-4 6.8",
            LogSense::execute),
        new CommandSpec(
            "LOG SELECT",
            0x4C,
            ServiceAction.none(),
            10,
            DataDirection.NONE,
            DataOutLength.NOTHING,
            ReservationRule.always(ReservationClass.MEDIUM_WRITE),
            MediumRange.NONE,
            Set.of(WHEN_NOT_READY, IN_STANDBY),
            List.of(
                LogSelect.PCR,
                LogSelect.SP,
                LogSelect.PC,
                LogSelect.PAGE_CODE,
                LogSelect.SUBPAGE_CODE,
                LogSelect.LIST_LENGTH),
            "SPC-4 6.7",
            WithoutUnit.REFUSED,
            LogSelect::execute),
        in(
            "RECEIVE DIAGNOSTIC RESULTS",
            0x1C,
            ServiceAction.none(),
            6,
            ReservationClass.MEDIUM_WRITE,
            Set.of(WHEN_NOT_READY, IN_STANDBY),
            List.of(Diagnostics.PCV, Diagnostics.PAGE_CODE, Diagnostics.ALLOCATION_LENGTH),
            "SPC-4 6.27",
            Diagnostics::receive),
        new CommandSpec(
            "SEND DIAGNOSTIC",
            0x1D,
            ServiceAction.none(),
            6,
            DataDirection.OUT,
            Diagnostics::dataOut,
            ReservationRule.always(ReservationClass.MEDIUM_WRITE),
            MediumRange.WHOLE, // The self-test reads two blocks.
            Set.of(IN_STANDBY),
            List.of(
                Diagnostics.SELF_TEST_CODE,
                Diagnostics.PF,
                Diagnostics.SELFTEST,
                Diagnostics.DEVOFFL,
                Diagnostics.UNITOFFL,
                Diagnostics.LIST_LENGTH),
            "SPC-4 6.42",
            WithoutUnit.REFUSED,
            Diagnostics::send));
  }

  private static CommandSpec in(
      String name,
      int opcode,
      ServiceAction action,
      int length,
      ReservationClass reservation,
      Set<CommandTrait> traits,
      List<CdbField> fields,
      String clause,
      CommandHandler handler) {
    return new CommandSpec(
        name,
        opcode,
        action,
        length,
        DataDirection.IN,
        DataOutLength.NOTHING,
        ReservationRule.always(reservation),
        MediumRange.NONE,
        traits,
        fields,
        clause,
        WithoutUnit.REFUSED,
        handler);
  }

  /** All of them change the unit for everybody, so every reservation keeps others from them. */
  private static CommandSpec out(
      String name,
      int opcode,
      ServiceAction action,
      int length,
      DataOutLength dataOut,
      Set<CommandTrait> traits,
      List<CdbField> fields,
      String clause,
      CommandHandler handler) {
    return new CommandSpec(
        name,
        opcode,
        action,
        length,
        DataDirection.OUT,
        dataOut,
        ReservationRule.always(ReservationClass.MEDIUM_WRITE),
        MediumRange.NONE,
        traits,
        fields,
        clause,
        WithoutUnit.REFUSED,
        handler);
  }
}
