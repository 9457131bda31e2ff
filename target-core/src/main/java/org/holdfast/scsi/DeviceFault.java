package org.holdfast.scsi;

/** The faults a device can report. {@code FaultMapper} says which sense each becomes. */
public enum DeviceFault {
  /** A read failed: the data cannot be had. */
  READ_ERROR,
  /** A write or a flush failed: data may be lost. */
  WRITE_ERROR,
  /** The backing store has no space left. */
  NO_SPACE,
  /** The device was opened for reading only. */
  READ_ONLY,
  /** The backing store is not there (missing, closed, vanished). */
  NOT_READY,
  /** The device has no way to do this; nothing was changed. */
  NOT_SUPPORTED,
  /** The device has become smaller, and the range is not there any more; nothing was changed. */
  OUT_OF_RANGE,
  /** The device's queue is full; the command was not begun. */
  QUEUE_FULL
}
