package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.MediumOperation;
import org.holdfast.scsi.MediumOperation.Erasure;
import org.holdfast.scsi.MediumOperation.Purpose;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.ServiceAction;

/**
 * SANITIZE (SBC-4 clause 5.24). There is no encryption at rest whose key could be thrown away, so
 * CRYPTOGRAPHIC ERASE brings about what initiators see of one: every block is overwritten with the
 * key stream of a key that is never kept.
 */
final class Sanitize {
  static final CdbField IMMED = CdbField.of("IMMED", 1, 7, 1);

  /** For zoned devices. */
  static final CdbField ZNR = CdbField.zero("ZNR", 1, 6, 1);

  static final CdbField AUSE = CdbField.of("AUSE", 1, 5, 1);
  static final CdbField PARAMETER_LIST_LENGTH = CdbField.bytes("PARAMETER LIST LENGTH", 7, 2);

  /** Bytes of the OVERWRITE parameter list before its pattern. */
  private static final int HEADER = 4;

  private static final int INVERT = 0x80;
  private static final int TEST = 0x60;
  private static final int OVERWRITE_COUNT = 0x1F;

  private Sanitize() {}

  /** More than the header, at most a pattern of one logical block. */
  static int dataOut(Cdb cdb, LogicalUnit unit) {
    int length = (int) PARAMETER_LIST_LENGTH.valueIn(cdb);
    int most = HEADER + unit.device().profile().blockSize();
    return length > HEADER && length <= most ? length : 0;
  }

  static void overwrite(LogicalUnit unit, ScsiTask task) {
    int length = dataOut(task.cdb(), unit);
    DataBuffer data = task.dataOut();
    if (length == 0) {
      task.end(Outcome.check(PARAMETER_LIST_LENGTH.refused()));
      return;
    }
    if (data == null || task.dataOutLength() < length) {
      task.end(Outcome.check(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR)));
      return;
    }
    ByteBuffer list = data.view(0, length);
    int flags = list.get(0);
    int pattern = list.getShort(2) & 0xFFFF;
    if ((flags & OVERWRITE_COUNT) == 0) {
      task.end(Outcome.check(Sense.invalidFieldInParameterList(0, 4)));
    } else if ((flags & TEST) != 0) {
      task.end(Outcome.check(Sense.invalidFieldInParameterList(0, 6)));
    } else if (list.get(1) != 0) {
      task.end(Outcome.check(Sense.invalidFieldInParameterList(1, 7)));
    } else if (pattern == 0 || pattern > unit.device().profile().blockSize()) {
      task.end(Outcome.check(Sense.invalidFieldInParameterList(2, 7)));
    } else if (pattern > length - HEADER) {
      task.end(Outcome.check(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR)));
    } else {
      begin(
          unit,
          task,
          new Erasure.Pattern(
              list.slice(HEADER, pattern), flags & OVERWRITE_COUNT, (flags & INVERT) != 0));
    }
  }

  static void blockErase(LogicalUnit unit, ScsiTask task) {
    begin(unit, task, new Erasure.Zeroes());
  }

  static void cryptographicErase(LogicalUnit unit, ScsiTask task) {
    begin(unit, task, new Erasure.Noise());
  }

  private static void begin(LogicalUnit unit, ScsiTask task, Erasure erasure) {
    boolean unrestricted = AUSE.valueIn(task.cdb()) != 0;
    Sense writeProtected = WriteProtection.refusal(unit, task);
    if (unrestricted && unit.operations().failure() == Purpose.SANITIZE) {
      // SBC-4 clause 4.11.1: out of the restricted completion mode leads a good SANITIZE only.
      task.end(Outcome.check(AUSE.refused()));
    } else if (writeProtected != null) {
      task.end(Outcome.check(writeProtected));
    } else {
      unit.operations()
          .begin(
              task,
              new MediumOperation(
                  unrestricted ? Purpose.SANITIZE_UNRESTRICTED : Purpose.SANITIZE, erasure),
              IMMED.valueIn(task.cdb()) != 0);
    }
  }

  static void exitFailureMode(LogicalUnit unit, ScsiTask task) {
    Purpose failure = unit.operations().failure();
    if (failure == Purpose.SANITIZE) {
      task.end(Outcome.check(Sense.invalidFieldInCdb(ServiceAction.BYTE, 4)));
    } else if (failure == Purpose.SANITIZE_UNRESTRICTED) {
      unit.operations().exitFailureMode(task);
    } else {
      task.end(Outcome.GOOD); // There is no sanitize failure to leave.
    }
  }
}
