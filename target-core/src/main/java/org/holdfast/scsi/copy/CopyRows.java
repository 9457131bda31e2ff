package org.holdfast.scsi.copy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
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

/**
 * The commands of third-party copy. None of them touches the medium itself, so none has a range:
 * its inner commands have one each. A row that had one would be waited for by the command that
 * wants the range to itself, and its own inner commands would wait for that.
 */
public final class CopyRows {
  /** Operation code of the commands that copy. */
  static final int COPY_OUT = 0x83;

  /** Operation code of the commands that tell what became of a copy. */
  static final int COPY_IN = 0x84;

  private CopyRows() {}

  /**
   * The rows.
   *
   * @param nanoTime a monotonic clock: for how long results are held and tokens are good
   * @param random cryptographically strong: makes tokens that nobody can guess
   */
  public static List<CommandSpec> rows(LongSupplier nanoTime, RandomGenerator random) {
    CopyResults results = new CopyResults(nanoTime);
    return List.of(
        out(
            "EXTENDED COPY(LID1)",
            0x00,
            ReservationClass.MEDIUM_WRITE,
            List.of(),
            "SPC-4 6.4",
            new ExtendedCopy(nanoTime)::execute),
        // POPULATE TOKEN as READ, WRITE USING TOKEN as WRITE (SBC-3 clause 4.17).
        out(
            "POPULATE TOKEN",
            0x10,
            ReservationClass.MEDIUM_READ,
            List.of(TokenCommands.LIST_IDENTIFIER, TokenCommands.GROUP_NUMBER),
            "SBC-5 5.12",
            new PopulateToken(nanoTime, random)::execute),
        out(
            "WRITE USING TOKEN",
            0x11,
            ReservationClass.MEDIUM_WRITE,
            List.of(TokenCommands.LIST_IDENTIFIER, TokenCommands.GROUP_NUMBER),
            "SBC-5 5.59",
            new WriteUsingToken(nanoTime, random)::execute),
        row(
            "COPY OPERATION ABORT",
            COPY_OUT,
            0x1C,
            DataDirection.NONE,
            ReservationClass.MEDIUM_WRITE,
            List.of(CopyResults.LIST_IDENTIFIER_4),
            "SPC-4 6.3",
            results::abort),
        in(
            "RECEIVE COPY STATUS(LID1)",
            0x00,
            List.of(CopyResults.LIST_IDENTIFIER_1),
            "SPC-4 6.26",
            results::status),
        in(
            "RECEIVE COPY OPERATING PARAMETERS",
            0x03,
            List.of(),
            "SPC-4 6.23",
            (_, task) -> CopyResults.operatingParameters(task)),
        in(
            "RECEIVE COPY FAILURE DETAILS(LID1)",
            0x04,
            List.of(CopyResults.LIST_IDENTIFIER_1),
            "SPC-4 6.22",
            results::failureDetails),
        in(
            "RECEIVE ROD TOKEN INFORMATION",
            0x07,
            List.of(CopyResults.LIST_IDENTIFIER_4),
            "SBC-5 5.25",
            results::tokenInformation));
  }

  private static CommandSpec out(
      String name,
      int serviceAction,
      ReservationClass reservationClass,
      List<CdbField> fields,
      String clause,
      CommandHandler handler) {
    List<CdbField> all = new ArrayList<>(fields);
    all.add(ExtendedCopy.PARAMETER_LIST_LENGTH);
    return row(
        name, COPY_OUT, serviceAction, DataDirection.OUT, reservationClass, all, clause, handler);
  }

  /** RECEIVE COPY RESULTS conflicts with every reservation, as EXTENDED COPY (SPC-3 table 31). */
  private static CommandSpec in(
      String name,
      int serviceAction,
      List<CdbField> fields,
      String clause,
      CommandHandler handler) {
    List<CdbField> all = new ArrayList<>(fields);
    all.add(CopyResults.ALLOCATION_LENGTH);
    return row(
        name,
        COPY_IN,
        serviceAction,
        DataDirection.IN,
        ReservationClass.MEDIUM_WRITE,
        all,
        clause,
        handler);
  }

  private static CommandSpec row(
      String name,
      int opcode,
      int serviceAction,
      DataDirection direction,
      ReservationClass reservationClass,
      List<CdbField> fields,
      String clause,
      CommandHandler handler) {
    return new CommandSpec(
        name,
        opcode,
        ServiceAction.value(serviceAction),
        16,
        direction,
        direction == DataDirection.OUT ? ExtendedCopy::dataOut : DataOutLength.NOTHING,
        ReservationRule.always(reservationClass),
        MediumRange.NONE,
        Set.of(),
        fields,
        clause,
        WithoutUnit.REFUSED,
        handler);
  }
}
