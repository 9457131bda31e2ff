package org.holdfast.scsi.command;

import java.util.List;
import java.util.Set;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.CommandHandler;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.CommandTrait;
import org.holdfast.scsi.DataDirection;
import org.holdfast.scsi.DataOutLength;
import org.holdfast.scsi.ReservationRule;
import org.holdfast.scsi.ServiceAction;
import org.holdfast.scsi.WithoutUnit;

/** Commands that keep everybody else off their range while they run. */
final class AtomicRows {
  private static final CdbField WRPROTECT = CdbField.zero("WRPROTECT", 1, 7, 3);
  private static final CdbField ORPROTECT = CdbField.zero("ORPROTECT", 1, 7, 3);

  private AtomicRows() {}

  static List<CommandSpec> rows() {
    return List.of(
        row(
            "COMPARE AND WRITE",
            0x89,
            Set.of(),
            CompareAndWrite.LAYOUT,
            CompareAndWrite::dataOut,
            CompareAndWrite.LAYOUT.fields(WRPROTECT, Transfer.DPO, Transfer.FUA, Transfer.FUA_NV),
            "SBC-3 5.2",
            CompareAndWrite::execute),
        row(
            "ORWRITE(16)",
            0x8B,
            Set.of(),
            OrWrite.TRANSFER.layout(),
            OrWrite.TRANSFER::dataOut,
            OrWrite.TRANSFER
                .layout()
                .fields(ORPROTECT, Transfer.DPO, Transfer.FUA, Transfer.FUA_NV),
            "SBC-3 5.8",
            OrWrite::execute),
        row(
            "WRITE ATOMIC(16)",
            0x9C,
            Set.of(CommandTrait.ON_ATOMIC_UNITS),
            WriteAtomic.LAYOUT,
            WriteAtomic::dataOut,
            WriteAtomic.LAYOUT.fields(
                WRPROTECT, Transfer.DPO, Transfer.FUA, WriteAtomic.ATOMIC_BOUNDARY),
            "SBC-4 5.48",
            WriteAtomic::execute),
        writeAndVerify(0x2E, new WriteAndVerify(10), "SBC-3 5.37"),
        writeAndVerify(0xAE, new WriteAndVerify(12), "SBC-3 5.38"),
        writeAndVerify(0x8E, new WriteAndVerify(16), "SBC-3 5.39"));
  }

  private static CommandSpec writeAndVerify(int opcode, WriteAndVerify command, String clause) {
    Layout layout = command.transfer().layout();
    return row(
        "WRITE AND VERIFY(" + layout.cdbLength() + ")",
        opcode,
        Set.of(),
        layout,
        command::dataOut,
        layout.fields(WRPROTECT, Transfer.DPO, WriteAndVerify.BYTCHK),
        clause,
        command::execute);
  }

  private static CommandSpec row(
      String name,
      int opcode,
      Set<CommandTrait> traits,
      Layout layout,
      DataOutLength dataOut,
      List<CdbField> fields,
      String clause,
      CommandHandler handler) {
    return new CommandSpec(
        name,
        opcode,
        ServiceAction.none(),
        layout.cdbLength(),
        DataDirection.OUT,
        dataOut,
        ReservationRule.always(ReservationClass.MEDIUM_WRITE),
        layout::overlaps,
        traits,
        fields,
        clause,
        WithoutUnit.REFUSED,
        handler);
  }
}
