package org.holdfast.scsi;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands of a device server, found by operation code and service action. Immutable. */
public final class CommandTable {
  /** What a CDB turned out to be. */
  public sealed interface Decoded {
    /** A command of this table; none but supported bits are set. */
    record Row(CommandSpec spec) implements Decoded {}

    /** Not a command of this table, or bits are set that are not supported. */
    record Refused(Sense sense) implements Decoded {}
  }

  private static final Decoded UNKNOWN =
      new Decoded.Refused(Sense.illegalRequest(SenseCode.INVALID_COMMAND_OPERATION_CODE));

  private static final Decoded UNKNOWN_SERVICE_ACTION =
      new Decoded.Refused(Sense.invalidFieldInCdb(ServiceAction.BYTE, ServiceAction.BIT));

  private static final Comparator<CommandSpec> ORDER =
      Comparator.comparingInt(CommandSpec::opcode).thenComparingInt(CommandTable::action);

  private final List<CommandSpec> rows;

  /** By operation code; the inner array has one element, or one for every service action. */
  private final @Nullable Entry[][] entries = new Entry[0x100][];

  /**
   * A row with what decoding needs of it, worked out once.
   *
   * @param zeros per byte of the CDB, the bits that have to be zero
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves this class
  private record Entry(Decoded.Row row, int[] zeros) {
    static Entry of(CommandSpec spec) {
      byte[] usage = spec.usage();
      int[] zeros = new int[usage.length];
      for (int at = 1; at < zeros.length; at++) {
        zeros[at] = ~usage[at] & 0xFF;
      }
      if (spec.serviceAction() instanceof ServiceAction.Value) {
        zeros[ServiceAction.BYTE] &= ~ServiceAction.MASK;
      }
      return new Entry(new Decoded.Row(spec), zeros);
    }

    Decoded check(Cdb cdb) {
      for (int at = 1; at < zeros.length; at++) {
        int set = cdb.u8(at) & zeros[at];
        if (set != 0) {
          return new Decoded.Refused(row.spec().refusalOf(cdb, at, set));
        }
      }
      return row;
    }
  }

  /** Fails when two rows claim one operation code and service action. */
  public CommandTable(List<CommandSpec> rows) {
    this.rows = rows.stream().sorted(ORDER).toList();
    for (CommandSpec spec : rows) {
      boolean single = spec.serviceAction() instanceof ServiceAction.None;
      Entry[] there = entries[spec.opcode()];
      if (there == null) {
        there = new Entry[single ? 1 : ServiceAction.MASK + 1];
        entries[spec.opcode()] = there;
      }
      int index = single ? 0 : action(spec);
      if (single != (there.length == 1) || there[index] != null) {
        throw new IllegalArgumentException(
            "two rows claim one operation code and service action: " + spec.name());
      }
      there[index] = Entry.of(spec);
    }
  }

  private static int action(CommandSpec spec) {
    return spec.serviceAction() instanceof ServiceAction.Value(int value) ? value : -1;
  }

  /** All rows, ascending by operation code, then by service action. */
  public List<CommandSpec> rows() {
    return rows;
  }

  /** The rows with this operation code: none, one, or one for each service action. */
  public List<CommandSpec> rows(int opcode) {
    return rows.stream().filter(row -> row.opcode() == opcode).toList();
  }

  /**
   * Which command {@code cdb} is. Bytes beyond the command's length are padding and not looked at.
   */
  public Decoded decode(Cdb cdb) {
    Entry[] candidates = entries[cdb.operationCode()];
    if (candidates == null) {
      return UNKNOWN;
    }
    int index = candidates.length == 1 ? 0 : cdb.u8(ServiceAction.BYTE) & ServiceAction.MASK;
    Entry entry = candidates[index];
    return entry == null ? UNKNOWN_SERVICE_ACTION : entry.check(cdb);
  }
}
