package org.holdfast.scsi.command;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.holdfast.pr.LegacyReservations;
import org.holdfast.pr.PrInData;
import org.holdfast.pr.PrInServiceAction;
import org.holdfast.pr.PrOutServiceAction;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.CommandTrait;
import org.holdfast.scsi.DataDirection;
import org.holdfast.scsi.DataOutLength;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.MediumRange;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ReservationRule;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.ServiceAction;
import org.holdfast.scsi.WithoutUnit;

/**
 * PERSISTENT RESERVE IN and OUT, a row for every service action that the engine implements, and
 * RESERVE and RELEASE of SPC-2.
 */
final class ReservationRows {
  private static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 7, 2);
  private static final CdbField SCOPE = CdbField.of("SCOPE", 2, 7, 4);
  private static final CdbField TYPE = CdbField.of("TYPE", 2, 3, 4);
  private static final CdbField PARAMETER_LIST_LENGTH =
      CdbField.bytes("PARAMETER LIST LENGTH", 5, 4);

  /**
   * Longest parameter list that is received, in bytes. What is longer is refused by its length,
   * without the data.
   */
  private static final int MAXIMUM_PARAMETER_LIST = 1 << 16;

  private ReservationRows() {}

  static List<CommandSpec> rows() {
    return Stream.of(
            Stream.of(PrInServiceAction.values()).map(ReservationRows::reserveIn),
            Stream.of(PrOutServiceAction.values()).map(ReservationRows::reserveOut),
            Stream.of(
                legacy("RESERVE(6)", 0x16, 6, LegacyReservations.Action.RESERVE, "SPC-2 7.22"),
                legacy("RELEASE(6)", 0x17, 6, LegacyReservations.Action.RELEASE, "SPC-2 7.18"),
                legacy("RESERVE(10)", 0x56, 10, LegacyReservations.Action.RESERVE, "SPC-2 7.21"),
                legacy("RELEASE(10)", 0x57, 10, LegacyReservations.Action.RELEASE, "SPC-2 7.17")))
        .flatMap(rows -> rows)
        .toList();
  }

  private static CommandSpec reserveIn(PrInServiceAction action) {
    return new CommandSpec(
        "PERSISTENT RESERVE IN, " + words(action),
        0x5E,
        ServiceAction.value(action.code()),
        10,
        DataDirection.IN,
        DataOutLength.NOTHING,
        ReservationRule.always(ReservationClass.PERSISTENT_RESERVE_IN),
        MediumRange.NONE,
        Set.of(CommandTrait.WHEN_NOT_READY, CommandTrait.IN_STANDBY),
        List.of(ALLOCATION_LENGTH),
        "SPC-4 6.15",
        WithoutUnit.REFUSED,
        (unit, task) -> reserveIn(action, unit, task));
  }

  private static void reserveIn(PrInServiceAction action, LogicalUnit unit, ScsiTask task) {
    task.dataIn(
        PrInData.encode(action, unit.reservations(), unit.reservationCapabilities()),
        ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }

  private static CommandSpec reserveOut(PrOutServiceAction action) {
    return new CommandSpec(
        "PERSISTENT RESERVE OUT, " + words(action),
        0x5F,
        ServiceAction.value(action.code()),
        10,
        DataDirection.OUT,
        ReservationRows::parameterListLength,
        ReservationRule.always(ReservationClass.JUDGED_BY_ENGINE),
        MediumRange.NONE,
        Set.of(CommandTrait.WHEN_NOT_READY, CommandTrait.IN_STANDBY),
        List.of(SCOPE, TYPE, PARAMETER_LIST_LENGTH),
        "SPC-4 6.16",
        WithoutUnit.REFUSED,
        LogicalUnit::persistentReserveOut);
  }

  /**
   * The whole unit for the sender itself is what initiators ask for; extents and third parties were
   * optional in SPC-2 and are refused, with a pointer to the field.
   */
  private static CommandSpec legacy(
      String name, int opcode, int length, LegacyReservations.Action action, String clause) {
    CdbField extent = CdbField.zero("EXTENT", 1, 0, 1);
    CdbField thirdParty = CdbField.zero("3RDPTY", 1, 4, 1);
    return new CommandSpec(
        name,
        opcode,
        ServiceAction.none(),
        length,
        DataDirection.NONE,
        DataOutLength.NOTHING,
        ReservationRule.always(ReservationClass.JUDGED_BY_ENGINE),
        MediumRange.NONE,
        Set.of(CommandTrait.WHEN_NOT_READY),
        List.of(extent, thirdParty),
        clause,
        WithoutUnit.REFUSED,
        (unit, task) -> unit.legacyReservation(task, action));
  }

  private static int parameterListLength(Cdb cdb, LogicalUnit unit) {
    long length = PARAMETER_LIST_LENGTH.valueIn(cdb);
    return length <= MAXIMUM_PARAMETER_LIST ? (int) length : 0;
  }

  private static String words(Enum<?> action) {
    return action.name().replace('_', ' ').toUpperCase(Locale.ROOT);
  }
}
