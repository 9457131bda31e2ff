package org.holdfast.scsi.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.DataDirection;
import org.holdfast.scsi.DataOutLength;
import org.holdfast.scsi.ReservationRule;
import org.holdfast.scsi.ServiceAction;
import org.holdfast.scsi.WithoutUnit;

/** READ and WRITE in their four lengths. */
final class TransferRows {
  private static final CdbField RDPROTECT = CdbField.zero("RDPROTECT", 1, 7, 3);
  private static final CdbField WRPROTECT = CdbField.zero("WRPROTECT", 1, 7, 3);

  private TransferRows() {}

  static List<CommandSpec> rows() {
    List<CommandSpec> rows = new ArrayList<>();
    rows.add(read(0x08, new Transfer(6), "SBC-2 5.5"));
    rows.add(read(0x28, new Transfer(10), "SBC-3 5.11"));
    rows.add(read(0xA8, new Transfer(12), "SBC-3 5.12"));
    rows.add(read(0x88, new Transfer(16), "SBC-3 5.13"));
    rows.add(write(0x0A, new Transfer(6), "SBC-2 5.24"));
    rows.add(write(0x2A, new Transfer(10), "SBC-3 5.33"));
    rows.add(write(0xAA, new Transfer(12), "SBC-3 5.34"));
    rows.add(write(0x8A, new Transfer(16), "SBC-3 5.35"));
    return rows;
  }

  private static CommandSpec read(int opcode, Transfer transfer, String clause) {
    return new CommandSpec(
        "READ(" + transfer.layout().cdbLength() + ")",
        opcode,
        ServiceAction.none(),
        transfer.layout().cdbLength(),
        DataDirection.IN,
        DataOutLength.NOTHING,
        ReservationRule.always(ReservationClass.MEDIUM_READ),
        transfer.layout()::overlaps,
        Set.of(),
        fields(transfer, RDPROTECT),
        clause,
        WithoutUnit.REFUSED,
        transfer::read);
  }

  private static CommandSpec write(int opcode, Transfer transfer, String clause) {
    return new CommandSpec(
        "WRITE(" + transfer.layout().cdbLength() + ")",
        opcode,
        ServiceAction.none(),
        transfer.layout().cdbLength(),
        DataDirection.OUT,
        transfer::dataOut,
        ReservationRule.always(ReservationClass.MEDIUM_WRITE),
        transfer.layout()::overlaps,
        Set.of(),
        fields(transfer, WRPROTECT),
        clause,
        WithoutUnit.REFUSED,
        transfer::write);
  }

  private static List<CdbField> fields(Transfer transfer, CdbField protect) {
    return transfer.layout().cdbLength() == 6
        ? transfer.layout().fields()
        : transfer.layout().fields(protect, Transfer.DPO, Transfer.FUA, Transfer.FUA_NV);
  }
}
