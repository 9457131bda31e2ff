package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.holdfast.pr.ReservationClass;
import org.junit.jupiter.api.Test;

/** A row or a table that contradicts itself does not come into being. */
class CommandSpecTest {
  private static final CdbField LBA = CdbField.bytes("LBA", 2, 4);

  private static CommandSpec row(
      int opcode,
      ServiceAction action,
      int length,
      DataDirection direction,
      DataOutLength dataOut,
      ReservationRule reservation,
      CdbField... fields) {
    return new CommandSpec(
        "TEST",
        opcode,
        action,
        length,
        direction,
        dataOut,
        reservation,
        MediumRange.NONE,
        Set.of(),
        List.of(fields),
        "for tests",
        WithoutUnit.REFUSED,
        (_, task) -> task.end(Outcome.GOOD));
  }

  private static CommandSpec row(int opcode, ServiceAction action, int length, CdbField... fields) {
    return row(
        opcode,
        action,
        length,
        DataDirection.NONE,
        DataOutLength.NOTHING,
        ReservationRule.always(ReservationClass.ALWAYS_ALLOWED),
        fields);
  }

  @Test
  void theOperationCodeGroupFixesTheLength() {
    for (int opcode : new int[] {0x00, 0x20, 0x40, 0x80, 0xA0}) {
      int good = new int[] {6, 10, 10, 0, 16, 12}[opcode >>> 5];
      for (int length : new int[] {6, 10, 12, 16}) {
        if (length == good) {
          assertThat(row(opcode, ServiceAction.none(), length).usage()).hasSize(length);
        } else {
          assertThatThrownBy(() -> row(opcode, ServiceAction.none(), length))
              .hasMessageContaining("operation code group asks for " + good + " bytes");
        }
      }
    }
    assertThatThrownBy(() -> row(0x7F, ServiceAction.none(), 32))
        .hasMessageContaining("no fixed length");
  }

  @Test
  void fieldsNeitherOverlapNorLeaveTheCdb() {
    assertThatThrownBy(() -> row(0x28, ServiceAction.none(), 10, LBA, CdbField.of("X", 5, 0, 1)))
        .hasMessageContaining("overlaps another field: X");
    assertThatThrownBy(() -> row(0x28, ServiceAction.none(), 10, CdbField.bytes("X", 8, 2)))
        .as("the CONTROL byte")
        .hasMessageContaining("overlaps another field: X");
    assertThatThrownBy(() -> row(0x28, ServiceAction.none(), 10, CdbField.bytes("X", 9, 2)))
        .hasMessageContaining("outside the CDB: X");
    assertThatThrownBy(() -> row(0x5E, ServiceAction.value(1), 10, CdbField.of("X", 1, 4, 1)))
        .as("the service action")
        .hasMessageContaining("overlaps another field: X");
  }

  @Test
  void aReservationClassAndADataLengthAreNeverForgotten() {
    assertThatThrownBy(
            () ->
                row(
                    0x28,
                    ServiceAction.none(),
                    10,
                    DataDirection.OUT,
                    DataOutLength.NOTHING,
                    ReservationRule.always(ReservationClass.MEDIUM_WRITE)))
        .hasMessageContaining("Data-Out does not fit the direction OUT");
    assertThatThrownBy(
            () ->
                row(
                    0x28,
                    ServiceAction.none(),
                    10,
                    DataDirection.IN,
                    (_, _) -> 1,
                    ReservationRule.always(ReservationClass.MEDIUM_READ)))
        .hasMessageContaining("Data-Out does not fit the direction IN");
    assertThatThrownBy(
            () ->
                row(
                    0x28,
                    ServiceAction.none(),
                    10,
                    DataDirection.NONE,
                    DataOutLength.NOTHING,
                    null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("TEST: no reservation class");
    assertThatThrownBy(() -> ReservationRule.always(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void twoRowsNeverClaimOneCommand() {
    CommandSpec plain = row(0x5E, ServiceAction.none(), 10);
    CommandSpec first = row(0x5E, ServiceAction.value(1), 10);
    CommandSpec second = row(0x5E, ServiceAction.value(2), 10);
    assertThat(new CommandTable(List.of(second, first)).rows()).containsExactly(first, second);
    for (List<CommandSpec> rows :
        List.of(List.of(plain, plain), List.of(first, first), List.of(first, plain))) {
      assertThatThrownBy(() -> new CommandTable(rows)).hasMessageContaining("two rows claim one");
    }
  }

  @Test
  void aFieldMayEndAndBeginInTheMiddleOfBytes() {
    CdbField field = CdbField.of("LOGICAL BLOCK ADDRESS", 1, 4, 21);
    Cdb cdb = new Cdb(new byte[] {8, (byte) 0xF2, 0x34, 0x56, (byte) 0xFF, 0});
    assertThat(field.valueIn(cdb)).isEqualTo(0x123456);
    assertThat(field.lastByte()).isEqualTo(3);
    assertThat(new int[] {field.maskAt(0), field.maskAt(1), field.maskAt(3), field.maskAt(4)})
        .containsExactly(0, 0x1F, 0xFF, 0);
    assertThat(CdbField.of("X", 3, 6, 3).maskAt(3)).isEqualTo(0x70);
  }
}
