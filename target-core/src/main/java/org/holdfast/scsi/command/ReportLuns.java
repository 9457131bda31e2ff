package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.List;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;

/** REPORT LUNS (SPC-4 clause 6.33). */
final class ReportLuns {
  static final CdbField SELECT_REPORT = CdbField.bytes("SELECT REPORT", 2, 1);
  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 6, 4);

  private ReportLuns() {}

  static void execute(LogicalUnit unit, ScsiTask task) {
    execute(task);
  }

  static void execute(ScsiTask task) {
    List<Long> luns;
    switch ((int) SELECT_REPORT.valueIn(task.cdb())) {
      // All units that are not well known, and all units: the same, as there are no well known
      // ones.
      case 0x00, 0x02 -> luns = inventory(task.nexus().luns());
      // Well known logical units only: none.
      case 0x01 -> luns = List.of();
      default -> {
        task.end(Outcome.check(SELECT_REPORT.refused()));
        return;
      }
    }
    task.nexus().inventoryToldOf();
    task.dataIn(encode(luns), ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }

  /** What the nexus may see. When that is nothing, LUN 0, which answers INQUIRY all the same. */
  private static List<Long> inventory(LunMap map) {
    return map.units().isEmpty()
        ? List.of(LunMap.encode(0))
        : map.units().keySet().stream().map(LunMap::encode).toList();
  }

  /**
   * The LUN list with its header.
   *
   * @param luns eight-byte LUN fields
   */
  static byte[] encode(List<Long> luns) {
    ByteBuffer out = ByteBuffer.allocate(8 + 8 * luns.size());
    out.putInt(8 * luns.size());
    out.putInt(0);
    luns.forEach(out::putLong);
    return out.array();
  }
}
