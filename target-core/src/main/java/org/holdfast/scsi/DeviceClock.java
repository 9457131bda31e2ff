package org.holdfast.scsi;

import java.time.InstantSource;

/**
 * The timestamp of a logical unit (SPC-4 clause 5.2): the wall clock until SET TIMESTAMP says
 * otherwise. It is not kept: after a restart it is the wall clock again. Thread: any.
 */
public final class DeviceClock {
  /** Largest timestamp: 48 bits of milliseconds. */
  private static final long MASK = 0xFFFF_FFFF_FFFFL;

  /**
   * What to add to the wall clock.
   *
   * @param set SET TIMESTAMP said so
   */
  private record Offset(long millis, boolean set) {}

  private final InstantSource source;
  private volatile Offset offset = new Offset(0, false);

  DeviceClock(InstantSource source) {
    this.source = source;
  }

  /** Milliseconds since 1970-01-01 UTC, or since what SET TIMESTAMP takes for it; 48 bits. */
  public long millis() {
    return (source.millis() + offset.millis()) & MASK;
  }

  /** Whether SET TIMESTAMP has been at it. */
  public boolean isSet() {
    return offset.set();
  }

  /** From now on the timestamp goes on from {@code millis}, 48 bits. */
  public void set(long millis) {
    offset = new Offset(millis - source.millis(), true);
  }
}
