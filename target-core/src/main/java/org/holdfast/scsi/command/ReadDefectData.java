package org.holdfast.scsi.command;

import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;

/**
 * READ DEFECT DATA of one CDB length (SBC-3 clauses 5.17 and 5.18). Defects are the business of the
 * disks below: both lists are there and empty, in whatever format they are asked for.
 *
 * @param requests byte of REQ_PLIST, REQ_GLIST and DEFECT LIST FORMAT
 * @param allocationLength the field
 * @param header bytes before the address descriptors
 */
record ReadDefectData(int requests, CdbField allocationLength, int header) {
  /** Of the empty list there is only one part, whatever the index. */
  static final CdbField ADDRESS_DESCRIPTOR_INDEX = CdbField.bytes("ADDRESS DESCRIPTOR INDEX", 2, 4);

  private static final int VENDOR_SPECIFIC = 6;

  static final ReadDefectData TEN =
      new ReadDefectData(2, CdbField.bytes("ALLOCATION LENGTH", 7, 2), 4);
  static final ReadDefectData TWELVE =
      new ReadDefectData(1, CdbField.bytes("ALLOCATION LENGTH", 6, 4), 8);

  CdbField primaryList() {
    return CdbField.of("REQ_PLIST", requests, 4, 1);
  }

  CdbField grownList() {
    return CdbField.of("REQ_GLIST", requests, 3, 1);
  }

  CdbField format() {
    return CdbField.of("DEFECT LIST FORMAT", requests, 2, 3);
  }

  void execute(LogicalUnit unit, ScsiTask task) {
    long format = format().valueIn(task.cdb());
    if (format >= VENDOR_SPECIFIC) {
      // 6 is another vendor's, 7 is reserved (SBC-3 clause 6.2.2).
      task.end(Outcome.check(format().refused()));
      return;
    }
    // PLISTV, GLISTV and the format stand where the CDB of ten bytes has its own; no defects
    // follow,
    // and no generation of the list is counted.
    byte[] data = new byte[header];
    data[1] =
        (byte)
            (primaryList().valueIn(task.cdb()) << 4
                | grownList().valueIn(task.cdb()) << 3
                | format);
    task.dataIn(data, allocationLength.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }
}
