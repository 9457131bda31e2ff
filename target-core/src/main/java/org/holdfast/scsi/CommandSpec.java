package org.holdfast.scsi;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Everything known about one command: a row of the {@link CommandTable}. Decoding, REPORT SUPPORTED
 * OPERATION CODES, the reservation check and the documentation all read it here. Nothing has a
 * default; a row that contradicts itself does not come into being.
 *
 * @param name as the standard writes it
 * @param opcode operation code, 0..FFh
 * @param serviceAction tells commands with one operation code apart
 * @param cdbLength bytes, CONTROL byte included
 * @param direction where the data goes
 * @param dataOut how much Data-Out a CDB asks for
 * @param reservation what a persistent reservation means for the command
 * @param touches which logical blocks the command reads or changes
 * @param traits what the engine does differently
 * @param fields the fields between operation code and CONTROL; every other bit is reserved
 * @param clause of the standard that rules the command
 * @param withoutUnit what happens at a LUN without a logical unit
 * @param handler carries the command out
 */
public record CommandSpec(
    String name,
    int opcode,
    ServiceAction serviceAction,
    int cdbLength,
    DataDirection direction,
    DataOutLength dataOut,
    ReservationRule reservation,
    MediumRange touches,
    Set<CommandTrait> traits,
    List<CdbField> fields,
    String clause,
    WithoutUnit withoutUnit,
    CommandHandler handler) {

  public CommandSpec {
    Objects.requireNonNull(reservation, () -> name + ": no reservation class");
    Objects.requireNonNull(touches, () -> name + ": no range of the medium");
    Objects.requireNonNull(withoutUnit, () -> name + ": nothing for a LUN without a unit");
    Objects.requireNonNull(handler, () -> name + ": no handler");
    traits = Set.copyOf(traits);
    fields = List.copyOf(fields);
    if (opcode < 0 || opcode > 0xFF) {
      throw new IllegalArgumentException(name + ": operation code " + opcode);
    }
    if (name.isBlank() || clause.isBlank()) {
      throw new IllegalArgumentException("a row has a name and a clause: " + name + " " + clause);
    }
    checkLength(name, opcode, cdbLength);
    checkFields(name, serviceAction, cdbLength, fields);
    if ((direction == DataDirection.OUT) == dataOut.equals(DataOutLength.NOTHING)) {
      throw new IllegalArgumentException(
          name + ": the length of Data-Out does not fit the direction " + direction);
    }
  }

  /** The group code, bits 7..5 of the operation code, fixes the length (SPC-4 table 26). */
  private static void checkLength(String name, int opcode, int cdbLength) {
    int wanted =
        switch (opcode >>> 5) {
          case 0 -> 6;
          case 1, 2 -> 10;
          case 4 -> 16;
          case 5 -> 12;
          default ->
              throw new IllegalArgumentException(
                  name + ": operation code group " + (opcode >>> 5) + " has no fixed length");
        };
    if (cdbLength != wanted) {
      throw new IllegalArgumentException(
          name + ": operation code group asks for " + wanted + " bytes, not " + cdbLength);
    }
  }

  private static void checkFields(
      String name, ServiceAction serviceAction, int cdbLength, List<CdbField> fields) {
    int[] taken = new int[cdbLength];
    taken[0] = 0xFF;
    taken[cdbLength - 1] = 0xFF;
    if (serviceAction instanceof ServiceAction.Value) {
      taken[ServiceAction.BYTE] = ServiceAction.MASK;
    }
    for (CdbField field : fields) {
      if (field.lastByte() >= cdbLength) {
        throw new IllegalArgumentException(name + ": outside the CDB: " + field.name());
      }
      for (int at = field.offset(); at <= field.lastByte(); at++) {
        int mask = field.maskAt(at);
        if ((taken[at] & mask) != 0) {
          throw new IllegalArgumentException(name + ": overlaps another field: " + field.name());
        }
        taken[at] |= mask;
      }
    }
  }

  /** Carried out although a unit attention is pending. */
  public boolean beforeUnitAttention() {
    return traits.contains(CommandTrait.BEFORE_UNIT_ATTENTION);
  }

  /** Carried out while the unit is stopped or otherwise NOT READY. */
  public boolean whenNotReady() {
    return traits.contains(CommandTrait.WHEN_NOT_READY);
  }

  /** Whether {@code unit}, as its device is now, has the command at all. */
  public boolean existsOn(LogicalUnit unit) {
    return (!traits.contains(CommandTrait.ON_THIN_UNITS) || unit.device().profile().thin())
        && (!traits.contains(CommandTrait.ON_ATOMIC_UNITS) || unit.device().atomicWriteLimit() > 0);
  }

  /** Answers at a LUN where nothing is mapped. */
  public boolean answersWithoutUnit() {
    return !withoutUnit.equals(WithoutUnit.REFUSED);
  }

  /**
   * CDB usage data (SPC-4 clause 6.35.3): operation code and service action as they are, ones where
   * a bit is evaluated, zeros elsewhere. A fresh array of {@link #cdbLength} bytes.
   */
  public byte[] usage() {
    byte[] usage = new byte[cdbLength];
    usage[0] = (byte) opcode;
    if (serviceAction instanceof ServiceAction.Value(int value)) {
      usage[ServiceAction.BYTE] = (byte) value;
    }
    for (CdbField field : fields) {
      if (field.use() == CdbField.Use.EVALUATED) {
        for (int at = field.offset(); at <= field.lastByte(); at++) {
          usage[at] |= (byte) field.maskAt(at);
        }
      }
    }
    return usage;
  }

  /**
   * INVALID FIELD IN CDB for bits that are set where none may be: reserved bits, fields that are
   * not supported, and the whole CONTROL byte, whose NACA and LINK are not supported here (SAM-5
   * clause 5.2). Points at the field, or at the highest of the bits when they belong to none.
   *
   * @param at the byte of the CDB that they are in
   * @param set the offending bits, not 0
   */
  Sense refusalOf(Cdb cdb, int at, int set) {
    for (CdbField field : fields) {
      if ((set & field.maskAt(at)) != 0 && field.valueIn(cdb) != 0) {
        return field.refused();
      }
    }
    return Sense.invalidFieldInCdb(at, 31 - Integer.numberOfLeadingZeros(set));
  }
}
