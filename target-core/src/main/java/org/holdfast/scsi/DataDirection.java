package org.holdfast.scsi;

/** Where the data of a command goes, seen from the initiator. */
public enum DataDirection {
  NONE,
  /** To the initiator. */
  IN,
  /** From the initiator. A CDB of such a row may still ask for no data. */
  OUT
}
