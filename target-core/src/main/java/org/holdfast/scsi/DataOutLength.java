package org.holdfast.scsi;

/** How much Data-Out a CDB asks for. */
@FunctionalInterface
public interface DataOutLength {
  /** For rows whose direction is not {@link DataDirection#OUT}. */
  DataOutLength NOTHING = (cdb, unit) -> 0;

  /**
   * Called before the command is checked any further, so the CDB may be nonsense. Commands that
   * will be refused for their length answer 0 and are refused by their handler without any data.
   *
   * @return bytes, 0..{@link Integer#MAX_VALUE}
   */
  int bytes(Cdb cdb, LogicalUnit unit);
}
