package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.MediumOperation;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.jspecify.annotations.Nullable;

/**
 * FORMAT UNIT (SBC-4 clause 5.4): every block reads as zeros afterwards. There are no defects to
 * manage and there is no protection information: what asks for either is refused.
 */
final class FormatUnit {
  static final CdbField FMTPINFO = CdbField.zero("FMTPINFO", 1, 7, 2);
  static final CdbField LONGLIST = CdbField.of("LONGLIST", 1, 5, 1);
  static final CdbField FMTDATA = CdbField.of("FMTDATA", 1, 4, 1);

  /** A complete list of no defects and a list of further ones that has none are the same. */
  static final CdbField CMPLST = CdbField.of("CMPLST", 1, 3, 1);

  /** Looked at by nobody, as a defect list has to be empty. */
  static final CdbField DEFECT_LIST_FORMAT = CdbField.of("DEFECT LIST FORMAT", 1, 2, 3);

  static final CdbField FFMT = CdbField.zero("FFMT", 4, 1, 2);

  private static final int SHORT_HEADER = 4;
  private static final int LONG_HEADER = 8;
  private static final int PROTECTION_FIELD_USAGE = 0x07;
  private static final int FOV = 0x80;

  /** DPRY, DCRT and STPF, which are reserved without FOV. */
  private static final int FORMAT_OPTIONS = 0x70;

  private static final int INITIALIZATION_PATTERN = 0x08;
  private static final int IMMED = 0x02;

  private FormatUnit() {}

  /** The parameter list header; what follows it has to be empty. */
  static int dataOut(Cdb cdb, LogicalUnit unit) {
    if (FMTDATA.valueIn(cdb) == 0) {
      return 0;
    }
    return LONGLIST.valueIn(cdb) != 0 ? LONG_HEADER : SHORT_HEADER;
  }

  static void execute(LogicalUnit unit, ScsiTask task) {
    int length = dataOut(task.cdb(), unit);
    DataBuffer data = task.dataOut();
    ByteBuffer header = data == null ? ByteBuffer.allocate(0) : data.view(0, task.dataOutLength());
    Sense refused = refusal(unit, task, header, length);
    if (refused != null) {
      task.end(Outcome.check(refused));
      return;
    }
    unit.operations()
        .begin(
            task,
            new MediumOperation(
                MediumOperation.Purpose.FORMAT, new MediumOperation.Erasure.Zeroes()),
            length > 0 && (header.get(1) & IMMED) != 0);
  }

  private static @Nullable Sense refusal(
      LogicalUnit unit, ScsiTask task, ByteBuffer header, int length) {
    MediumOperation.Purpose failure = unit.operations().failure();
    if (failure != null && failure != MediumOperation.Purpose.FORMAT) {
      return Sense.of(SenseKey.MEDIUM_ERROR, SenseCode.SANITIZE_COMMAND_FAILED);
    }
    if (length == 0 && CMPLST.valueIn(task.cdb()) != 0) {
      return CMPLST.refused();
    }
    if (header.limit() < length) {
      return Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
    }
    Sense field = length == 0 ? null : refusal(header, length);
    if (field != null) {
      return field;
    }
    return WriteProtection.refusal(unit, task);
  }

  private static @Nullable Sense refusal(ByteBuffer header, int length) {
    if ((header.get(0) & PROTECTION_FIELD_USAGE) != 0) {
      return Sense.invalidFieldInParameterList(0, 2);
    }
    if ((header.get(1) & FOV) == 0 && (header.get(1) & FORMAT_OPTIONS) != 0) {
      return Sense.invalidFieldInParameterList(1, 6);
    }
    if ((header.get(1) & INITIALIZATION_PATTERN) != 0) {
      return Sense.invalidFieldInParameterList(1, 3);
    }
    if (length == SHORT_HEADER) {
      return header.getShort(2) == 0 ? null : Sense.invalidFieldInParameterList(2, 7);
    }
    if (header.get(3) != 0) {
      return Sense.invalidFieldInParameterList(3, 7);
    }
    return header.getInt(4) == 0 ? null : Sense.invalidFieldInParameterList(4, 7);
  }
}
