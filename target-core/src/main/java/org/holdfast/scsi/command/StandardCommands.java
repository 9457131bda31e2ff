package org.holdfast.scsi.command;

import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.CommandTable;
import org.holdfast.scsi.copy.CopyRows;

/** The command set of every logical unit: SPC-4, SBC-3 and persistent reservations. */
public final class StandardCommands {
  private static final CommandTable TABLE = new CommandTable(rows());

  private StandardCommands() {}

  /** The one table; immutable. */
  public static CommandTable table() {
    return TABLE;
  }

  private static List<CommandSpec> rows() {
    return Stream.of(
            PrimaryRows.rows(),
            InformationRows.rows(),
            TransferRows.rows(),
            VerifyRows.rows(),
            AtomicRows.rows(),
            ProvisioningRows.rows(),
            MediumRows.rows(),
            OperationRows.rows(),
            ReservationRows.rows(),
            CopyRows.rows(System::nanoTime, new SecureRandom()))
        .flatMap(List::stream)
        .toList();
  }
}
