package org.holdfast.pr;

/** The flags of byte 17 of the REGISTER AND MOVE parameter list (SPC-4 clause 6.16.4). */
public enum MoveFlag {
  /** The I_T nexus that moves its reservation away is unregistered. */
  UNREG(1),
  /** Registrations and reservation are to survive a power loss. */
  APTPL(0);

  /** Where the flags are in the parameter list. */
  static final int BYTE = 17;

  private final int bit;

  MoveFlag(int bit) {
    this.bit = bit;
  }

  boolean isSetIn(int value) {
    return (value & 1 << bit) != 0;
  }

  /** INVALID FIELD IN PARAMETER LIST, pointing at this flag. */
  PrFault fault() {
    return new PrFault.InvalidFieldInParameterList(BYTE, bit);
  }
}
