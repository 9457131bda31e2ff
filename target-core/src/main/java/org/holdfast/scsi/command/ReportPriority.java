package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.TransportId;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;

/**
 * REPORT PRIORITY (SPC-4 clause 6.34). There is no SET PRIORITY, so every I_T nexus has the initial
 * priority: none.
 */
final class ReportPriority {
  static final CdbField PRIORITY_REPORTED = CdbField.of("PRIORITY REPORTED", 2, 7, 2);
  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 6, 4);

  private static final int OF_THIS_NEXUS = 0;

  /** Those that are not the initial priority. */
  private static final int OF_ALL = 1;

  private ReportPriority() {}

  static void execute(LogicalUnit unit, ScsiTask task) {
    byte[] descriptors;
    switch ((int) PRIORITY_REPORTED.valueIn(task.cdb())) {
      case OF_THIS_NEXUS -> descriptors = descriptor(task.nexus().identity());
      case OF_ALL -> descriptors = new byte[0];
      default -> {
        task.end(Outcome.check(PRIORITY_REPORTED.refused()));
        return;
      }
    }
    ByteBuffer out = ByteBuffer.allocate(4 + descriptors.length);
    out.putInt(descriptors.length).put(descriptors);
    task.dataIn(out.array(), ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }

  private static byte[] descriptor(Nexus nexus) {
    byte[] id = TransportId.encode(nexus.initiator());
    ByteBuffer out = ByteBuffer.allocate(8 + id.length);
    // CURRENT PRIORITY 0: none.
    out.putShort((short) 0).putShort((short) nexus.target().relativeId());
    out.putShort((short) 0).putShort((short) id.length).put(id);
    return out.array();
  }
}
