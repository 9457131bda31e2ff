package org.holdfast.scsi;

/**
 * Notices when the backing space fills up to the administrator's threshold: once for each time it
 * is crossed. Thread: any.
 */
final class SpaceThreshold {
  /**
   * Points of per cent that usage has to fall below the threshold before it can be crossed again.
   */
  private static final int HYSTERESIS = 2;

  private final int percent;

  /** Guarded by this. */
  private boolean reached;

  /**
   * A threshold.
   *
   * @param percent in use, 1..99; 0: never reached
   */
  SpaceThreshold(int percent) {
    this.percent = percent;
  }

  /** Whether {@code usage} is the first at or above the threshold since it was last well below. */
  synchronized boolean isCrossedBy(SpaceUsage usage) {
    double all = (double) usage.used() + usage.available();
    if (percent == 0 || !usage.known() || all == 0) {
      return false;
    }
    double inUse = usage.used() * 100.0 / all;
    if (reached) {
      reached = inUse > percent - HYSTERESIS;
      return false;
    }
    reached = inUse >= percent;
    return reached;
  }
}
