package org.holdfast.pr;

/** Who decides whether registrations and reservation survive a power loss. */
public enum AptplPolicy {
  /** The APTPL bit of the last registration, as SPC-4 clause 5.13.5 has it. */
  HONOR,

  /**
   * Every change of a registration makes them survive, whatever its APTPL bit says: for hosts that
   * forget the bit and expect the table to be there after a restart all the same.
   */
  FORCE;

  /** APTPL of the logical unit after a registration with this {@code bit}. */
  boolean decide(boolean bit) {
    return switch (this) {
      case HONOR -> bit;
      case FORCE -> true;
    };
  }
}
