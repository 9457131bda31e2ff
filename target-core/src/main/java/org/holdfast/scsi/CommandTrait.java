package org.holdfast.scsi;

/** What the engine does differently for a command. */
public enum CommandTrait {
  /** Carried out although a unit attention is pending, which stays pending (SAM-5 clause 5.14). */
  BEFORE_UNIT_ATTENTION,
  /** Carried out while the unit is stopped or otherwise NOT READY. */
  WHEN_NOT_READY,
  /** Exists only on a unit whose blocks can be unmapped (LBPME = 1). */
  ON_THIN_UNITS,
  /** Exists only on a unit whose device promises atomic writes. */
  ON_ATOMIC_UNITS,
  /** Carried out through a target port in the standby state (SPC-4 clause 5.15.2.4). */
  IN_STANDBY,
  /** Carried out through a target port in the unavailable state (SPC-4 clause 5.15.2.5). */
  IN_UNAVAILABLE,
  /** Carried out while a format or sanitize operation runs, or has failed (SBC-4 clause 4.11). */
  DURING_MEDIUM_OPERATION,
  /** Puts a failed format or sanitize operation right. */
  AFTER_FAILED_MEDIUM_OPERATION
}
