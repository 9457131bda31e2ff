package org.holdfast.scsi.command;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.Reservation;
import org.holdfast.pr.ReservationClass;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.ReservationType;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.ReservationRule;
import org.holdfast.scsi.ServiceAction;

/** The command table as a page of documentation, in Markdown. */
final class OpcodesPage {
  private static final String INTRODUCTION =
      """
      # Commands

      Generated from the rows of the command table; the same rows decode the commands, check the
      reservations and answer REPORT SUPPORTED OPERATION CODES. Do not edit: run the tests of
      `target-core` with `-Dholdfast.docs=write` instead.

      Under a persistent reservation the holder may send every command. For all others: **yes** is
      carried out, **no** ends with RESERVATION CONFLICT, **key** means that the command brings its
      own reservation key and is judged by it. *reg* is an I_T nexus that is registered and does not
      hold the reservation, *unreg* one that is not registered. Under types 7 and 8 every registered
      I_T nexus is a holder.

      """;

  private static final TargetPort PORT = new TargetPort("iqn.2026-11.org.holdfast:page", 1, 1);
  private static final Nexus HOLDER = nexus("holder");
  private static final Nexus REGISTERED = nexus("registered");
  private static final Nexus UNREGISTERED = nexus("unregistered");

  private OpcodesPage() {}

  static String render(List<CommandSpec> rows) {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    page.append("| opcode | command | bytes | data | clause |");
    page.append(types(type -> " type " + type.code() + " reg | type " + type.code() + " unreg |"));
    page.append("\n|---|---|---|---|---|").append(types(type -> "---|---|")).append('\n');
    for (CommandSpec row : rows) {
      row.reservation().cases().forEach(which -> appendRow(page, row, which));
    }
    page.append("\n## Fields\n\n");
    page.append(
        "Bits outside these fields are reserved; setting one ends with INVALID FIELD IN CDB");
    page.append(
        " and a pointer to it,\nas does a value in a field marked *zero*. The CONTROL byte");
    page.append(" must be zero: neither NACA nor linked commands\nare supported.\n\n");
    page.append("| command | fields: name (byte.bit, width) | usage data |\n|---|---|---|\n");
    rows.forEach(row -> appendFields(page, row));
    return page.toString();
  }

  private static void appendRow(StringBuilder page, CommandSpec row, ReservationRule.Case which) {
    String when = which.when().isEmpty() ? "" : " (" + which.when() + ")";
    page.append("| ").append(code(row)).append(" | ").append(row.name()).append(when);
    page.append(" | ").append(row.cdbLength());
    page.append(" | ").append(row.direction().name().toLowerCase(Locale.ROOT));
    page.append(" | ").append(row.clause()).append(" |");
    ReservationClass reservationClass = which.reservationClass();
    page.append(
        types(
            type ->
                " "
                    + verdict(type, REGISTERED, reservationClass)
                    + " | "
                    + verdict(type, UNREGISTERED, reservationClass)
                    + " |"));
    page.append('\n');
  }

  private static void appendFields(StringBuilder page, CommandSpec row) {
    String fields = row.fields().stream().map(OpcodesPage::field).collect(Collectors.joining(", "));
    String usage = HexFormat.ofDelimiter(" ").withUpperCase().formatHex(row.usage());
    page.append("| ").append(row.name()).append(" | ").append(fields);
    page.append(" | `").append(usage).append("` |\n");
  }

  private static String field(CdbField field) {
    String zero = field.use() == CdbField.Use.ZERO_ONLY ? " *zero*" : "";
    return field.name()
        + " ("
        + field.offset()
        + "."
        + field.bit()
        + ", "
        + field.width()
        + ")"
        + zero;
  }

  private static String code(CommandSpec row) {
    return row.serviceAction() instanceof ServiceAction.Value(int value)
        ? String.format(Locale.ROOT, "%02Xh/%02Xh", row.opcode(), value)
        : String.format(Locale.ROOT, "%02Xh", row.opcode());
  }

  /** Asks the reservation table itself, so that the page cannot say anything else. */
  private static String verdict(
      ReservationType type, Nexus sender, ReservationClass reservationClass) {
    if (reservationClass == ReservationClass.JUDGED_BY_ENGINE) {
      return "key";
    }
    LinkedHashMap<Nexus, Long> registrations = new LinkedHashMap<>();
    registrations.put(HOLDER, 1L);
    registrations.put(REGISTERED, 2L);
    Reservation held = new Reservation(type, type.isHeldByAllRegistrants() ? null : HOLDER);
    ReservationState state = new ReservationState(registrations, held, 0, false);
    return state.permits(sender, reservationClass) ? "yes" : "no";
  }

  private static String types(Function<ReservationType, String> column) {
    return Arrays.stream(ReservationType.values()).map(column).collect(Collectors.joining());
  }

  private static Nexus nexus(String name) {
    return new Nexus(new InitiatorPort("iqn.2026-11.org.holdfast:" + name, 0), PORT);
  }
}
