package org.holdfast.scsi.command;

import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;

/**
 * REQUEST SENSE (SPC-4 clause 6.39). Sense data goes out with its CHECK CONDITION, so what is left
 * to report here is a pending unit attention, which this clears, how far a format or sanitize
 * operation is, and why the unit is not ready.
 */
final class RequestSense {
  static final CdbField DESC = CdbField.of("DESC", 1, 0, 1);
  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 4, 1);

  private RequestSense() {}

  static void execute(LogicalUnit unit, ScsiTask task) {
    Sense sense = unit.takeUnitAttention(task.nexus());
    if (sense == null) {
      sense = unit.operations().sense();
    }
    if (sense == null) {
      sense = unit.notReady();
    }
    if (sense == null) {
      sense = Sense.of(SenseKey.NO_SENSE, SenseCode.NO_ADDITIONAL_SENSE_INFORMATION);
    }
    answer(task, sense);
  }

  /** Says in its parameter data that there is no unit; the status is GOOD (SPC-4 clause 6.39). */
  static void executeWithoutUnit(ScsiTask task) {
    answer(task, Sense.illegalRequest(SenseCode.LOGICAL_UNIT_NOT_SUPPORTED));
  }

  private static void answer(ScsiTask task, Sense sense) {
    boolean descriptors = DESC.valueIn(task.cdb()) != 0;
    task.dataIn(
        descriptors ? sense.encodeDescriptors() : sense.encode(),
        ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }
}
