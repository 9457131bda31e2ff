package org.holdfast.scsi.command;

import static org.holdfast.scsi.CommandTrait.AFTER_FAILED_MEDIUM_OPERATION;

import java.util.List;
import java.util.Set;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.CommandHandler;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.DataDirection;
import org.holdfast.scsi.DataOutLength;
import org.holdfast.scsi.MediumRange;
import org.holdfast.scsi.ReservationRule;
import org.holdfast.scsi.ServiceAction;
import org.holdfast.scsi.WithoutUnit;

/** Commands whose operation rewrites the whole medium: FORMAT UNIT and SANITIZE. */
final class OperationRows {
  /** They keep others out by themselves, without a range: see MediumOperations. */
  private static final MediumRange WHOLE = MediumRange.WHOLE;

  private static final ReservationRule MEDIUM_WRITE =
      ReservationRule.always(ReservationClass.MEDIUM_WRITE);

  /** Where nothing may be sent: anything but zero is refused (SBC-4, SANITIZE service actions). */
  private static final CdbField NO_PARAMETER_LIST =
      CdbField.zero("PARAMETER LIST LENGTH", 7, 7, 16);

  private OperationRows() {}

  static List<CommandSpec> rows() {
    return List.of(
        new CommandSpec(
            "FORMAT UNIT",
            0x04,
            ServiceAction.none(),
            6,
            DataDirection.OUT,
            FormatUnit::dataOut,
            MEDIUM_WRITE,
            WHOLE,
            Set.of(AFTER_FAILED_MEDIUM_OPERATION),
            List.of(
                FormatUnit.FMTPINFO,
                FormatUnit.LONGLIST,
                FormatUnit.FMTDATA,
                FormatUnit.CMPLST,
                FormatUnit.DEFECT_LIST_FORMAT,
                FormatUnit.FFMT),
            "SBC-4 5.4",
            WithoutUnit.REFUSED,
            FormatUnit::execute),
        new CommandSpec(
            "SANITIZE (OVERWRITE)",
            0x48,
            ServiceAction.value(0x01),
            10,
            DataDirection.OUT,
            Sanitize::dataOut,
            MEDIUM_WRITE,
            WHOLE,
            Set.of(AFTER_FAILED_MEDIUM_OPERATION),
            List.of(Sanitize.IMMED, Sanitize.ZNR, Sanitize.AUSE, Sanitize.PARAMETER_LIST_LENGTH),
            "SBC-4 5.24",
            WithoutUnit.REFUSED,
            Sanitize::overwrite),
        withoutData("SANITIZE (BLOCK ERASE)", 0x02, Sanitize::blockErase),
        withoutData("SANITIZE (CRYPTOGRAPHIC ERASE)", 0x03, Sanitize::cryptographicErase),
        withoutData("SANITIZE (EXIT FAILURE MODE)", 0x1F, Sanitize::exitFailureMode));
  }

  private static CommandSpec withoutData(String name, int serviceAction, CommandHandler handler) {
    return new CommandSpec(
        name,
        0x48,
        ServiceAction.value(serviceAction),
        10,
        DataDirection.NONE,
        DataOutLength.NOTHING,
        MEDIUM_WRITE,
        WHOLE,
        Set.of(AFTER_FAILED_MEDIUM_OPERATION),
        List.of(Sanitize.IMMED, Sanitize.ZNR, Sanitize.AUSE, NO_PARAMETER_LIST),
        "SBC-4 5.24",
        WithoutUnit.REFUSED,
        handler);
  }
}
