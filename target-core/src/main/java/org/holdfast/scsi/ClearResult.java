package org.holdfast.scsi;

/** How it ended when the administrator cleared a reservation table. */
public enum ClearResult {
  CLEARED,
  /** Its PRgeneration is another one than the administrator has seen. Nothing was changed. */
  CHANGED_MEANWHILE,
  /** The unit is offline, or went offline over this: what is reserved may not even be known. */
  OFFLINE,
  /** The empty table could not be kept. Nothing was changed. */
  NOT_DURABLE
}
