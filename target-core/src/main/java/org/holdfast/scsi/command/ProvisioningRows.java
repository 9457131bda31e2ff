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

/** Which blocks occupy space: telling, freeing, and filling with one pattern. */
final class ProvisioningRows {
  private static final CdbField WRPROTECT = CdbField.zero("WRPROTECT", 1, 7, 3);

  private ProvisioningRows() {}

  static List<CommandSpec> rows() {
    return List.of(
        new CommandSpec(
            "UNMAP",
            0x42,
            ServiceAction.none(),
            10,
            DataDirection.OUT,
            Unmap::dataOut,
            ReservationRule.always(ReservationClass.MEDIUM_WRITE),
            // The ranges are in the parameter list, not in the CDB.
            MediumRange.WHOLE,
            Set.of(CommandTrait.ON_THIN_UNITS),
            List.of(Unmap.ANCHOR, Layout.groupNumber(6), Unmap.PARAMETER_LIST_LENGTH),
            "SBC-3 5.28",
            WithoutUnit.REFUSED,
            Unmap::execute),
        writeSame(0x41, new WriteSame(10), "SBC-3 5.40"),
        writeSame(0x93, new WriteSame(16), "SBC-3 5.41"),
        new CommandSpec(
            "GET LBA STATUS(16)",
            0x9E,
            ServiceAction.value(0x12),
            16,
            DataDirection.IN,
            DataOutLength.NOTHING,
            ReservationRule.always(ReservationClass.MEDIUM_READ),
            MediumRange.NONE,
            Set.of(),
            List.of(
                GetLbaStatus.STARTING_LBA,
                GetLbaStatus.ALLOCATION_LENGTH,
                GetLbaStatus.REPORT_TYPE),
            "SBC-3 5.4",
            WithoutUnit.REFUSED,
            GetLbaStatus::execute));
  }

  private static CommandSpec writeSame(int opcode, WriteSame command, String clause) {
    Layout layout = command.layout();
    List<CdbField> flags =
        new ArrayList<>(
            List.of(
                WRPROTECT, WriteSame.ANCHOR, WriteSame.UNMAP, WriteSame.PBDATA, WriteSame.LBDATA));
    if (layout.cdbLength() == 16) {
      flags.add(WriteSame.NDOB);
    }
    return new CommandSpec(
        "WRITE SAME(" + layout.cdbLength() + ")",
        opcode,
        ServiceAction.none(),
        layout.cdbLength(),
        DataDirection.OUT,
        command::dataOut,
        ReservationRule.always(ReservationClass.MEDIUM_WRITE),
        layout::overlapsToTheLast,
        Set.of(),
        layout.fields(flags.toArray(CdbField[]::new)),
        clause,
        WithoutUnit.REFUSED,
        command::execute);
  }
}
