package org.holdfast.scsi.command;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.CommandSpec;

/** A parameter list that does something, for the commands that have one. */
final class ParameterLists {
  static final String LENGTH = "PARAMETER LIST LENGTH";

  private static final String PAGES = "0812 04" + "00".repeat(17);

  /** By the row's name; PERSISTENT RESERVE OUT is one more, see {@link #of}. */
  private static final Map<String, String> LISTS = lists();

  private ParameterLists() {}

  private static Map<String, String> lists() {
    Map<String, String> lists = new HashMap<>();
    lists.put("UNMAP", "0016 0010 00000000 0000000000000000 00000001 00000000");
    lists.put("MODE SELECT(6)", "00 00 00 00" + PAGES);
    lists.put("MODE SELECT(10)", "0000 00 00 00 00 0000" + PAGES);
    lists.put("SANITIZE (OVERWRITE)", "01 00 0001 5A");
    lists.put("SET TIMESTAMP", "00000000 000000000001 0000");
    lists.put("SET IDENTIFYING INFORMATION", "41 42 43");
    lists.put("SET TARGET PORT GROUPS", "00000000 00 00 0001");
    lists.put("SEND DIAGNOSTIC", "00 00 0000");
    return lists;
  }

  /** The field that says how long the list is, of rows that take one. */
  static Optional<CdbField> lengthField(CommandSpec row) {
    return RowsTest.field(row, LENGTH).filter(field -> field.use() == CdbField.Use.EVALUATED);
  }

  /** The list of {@code row}, whose reservation key is 0 and service action key is {@code key}. */
  static Optional<byte[]> of(CommandSpec row, int key) {
    if (row.opcode() == 0x5F) {
      return Optional.of(Bench.cdb("0000000000000000 %016x 00000000 00 00 0000".formatted(key)));
    }
    return Optional.ofNullable(LISTS.get(row.name())).map(Bench::cdb);
  }

  /** The CDB of {@code row} that announces a list of {@code length} bytes. */
  static byte[] cdb(CommandSpec row, int length) {
    byte[] cdb = RowsTest.valid(row);
    RowsTest.set(cdb, lengthField(row).orElseThrow(), length);
    RowsTest.field(row, "PF").ifPresent(pageFormat -> RowsTest.set(cdb, pageFormat, 1));
    return cdb;
  }
}
