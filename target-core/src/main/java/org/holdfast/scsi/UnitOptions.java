package org.holdfast.scsi;

/**
 * What an administrator decides about a logical unit, apart from its device and its identity.
 *
 * @param removable the medium can be taken out and put back by START STOP UNIT (RMB, SPC-4 clause
 *     6.6.2)
 * @param softThreshold per cent of the backing space in use at which initiators are warned (SBC-4
 *     clause 4.7.3.7), 1..99, or 0 for never
 */
public record UnitOptions(boolean removable, int softThreshold) {
  /** A fixed disk that never warns. */
  public static final UnitOptions FIXED_DISK = new UnitOptions(false, 0);

  public UnitOptions {
    if (softThreshold < 0 || softThreshold > 99) {
      throw new IllegalArgumentException("a threshold is 0..99 per cent, not " + softThreshold);
    }
  }
}
