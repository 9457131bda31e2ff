package org.holdfast.pr;

/** The flags of byte 20 of the basic parameter list (SPC-4 clause 6.16.3). */
public enum RegisterFlag {
  /** Registers further initiator ports, whose TransportIDs follow in the parameter list. */
  SPEC_I_PT(3),
  /** Registers the initiator port at all target ports. */
  ALL_TG_PT(2),
  /** Registrations and reservation are to survive a power loss. */
  APTPL(0);

  /** Where the flags are in the parameter list. */
  static final int BYTE = 20;

  private final int bit;

  RegisterFlag(int bit) {
    this.bit = bit;
  }

  /** The flag's bit, in byte 20 and, as the capability, in byte 2 of REPORT CAPABILITIES alike. */
  int mask() {
    return 1 << bit;
  }

  boolean isSetIn(int value) {
    return (value & mask()) != 0;
  }

  /** INVALID FIELD IN PARAMETER LIST, pointing at this flag. */
  PrFault fault() {
    return new PrFault.InvalidFieldInParameterList(BYTE, bit);
  }
}
