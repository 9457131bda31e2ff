package org.holdfast.scsi;

/**
 * How much room a device takes and may still take in its backing store (SBC-4, Logical Block
 * Provisioning log page). A snapshot: it may be a second old.
 *
 * @param used bytes that the device occupies
 * @param available bytes that are left in the backing store, shared with whoever else uses it
 * @param resolution bytes that space is handed out by; 0 when nothing is known
 */
public record SpaceUsage(long used, long available, long resolution) {
  /** Where the backing store cannot say, or has not been asked yet. */
  public static final SpaceUsage UNKNOWN = new SpaceUsage(0, 0, 0);

  public SpaceUsage {
    if (used < 0 || available < 0 || resolution < 0) {
      throw new IllegalArgumentException(
          "space used %d, available %d, resolution %d".formatted(used, available, resolution));
    }
  }

  /** False for {@link #UNKNOWN}. */
  public boolean known() {
    return resolution > 0;
  }
}
