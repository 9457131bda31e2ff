package org.holdfast.scsi.command;

import java.util.List;
import java.util.Set;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.DataDirection;
import org.holdfast.scsi.ReservationRule;
import org.holdfast.scsi.ServiceAction;
import org.holdfast.scsi.WithoutUnit;

/** VERIFY in its three lengths. */
final class VerifyRows {
  private static final CdbField VRPROTECT = CdbField.zero("VRPROTECT", 1, 7, 3);

  private VerifyRows() {}

  static List<CommandSpec> rows() {
    return List.of(
        verify(0x2F, new Verify(10), "SBC-3 5.29"),
        verify(0xAF, new Verify(12), "SBC-3 5.30"),
        verify(0x8F, new Verify(16), "SBC-3 5.31"));
  }

  private static CommandSpec verify(int opcode, Verify verify, String clause) {
    return new CommandSpec(
        "VERIFY(" + verify.layout().cdbLength() + ")",
        opcode,
        ServiceAction.none(),
        verify.layout().cdbLength(),
        DataDirection.OUT,
        verify::dataOut,
        ReservationRule.always(ReservationClass.MEDIUM_READ),
        verify.layout()::overlaps,
        Set.of(),
        verify.layout().fields(VRPROTECT, Verify.DPO, Verify.BYTCHK),
        clause,
        WithoutUnit.REFUSED,
        verify::execute);
  }
}
