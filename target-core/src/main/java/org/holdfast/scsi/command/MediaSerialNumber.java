package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;

/**
 * READ MEDIA SERIAL NUMBER (SPC-4 clause 6.19). Medium and unit are one, so they have one serial
 * number.
 */
final class MediaSerialNumber {
  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 6, 4);

  private MediaSerialNumber() {}

  static void execute(LogicalUnit unit, ScsiTask task) {
    byte[] serial = unit.identity().serial().getBytes(StandardCharsets.US_ASCII);
    byte[] padded = Arrays.copyOf(serial, (serial.length + 3) & ~3);
    byte[] data = ByteBuffer.allocate(4 + padded.length).putInt(padded.length).put(padded).array();
    task.dataIn(data, ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }
}
