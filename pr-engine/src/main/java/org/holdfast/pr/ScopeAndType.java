package org.holdfast.pr;

import java.util.Optional;

/**
 * Byte 2 of the PERSISTENT RESERVE OUT CDB as it was sent (SPC-4 clause 6.16.1), valid or not. It
 * is judged after the reservation key only, because the key is to be verified whatever the SCOPE
 * says (clause 6.16.3), and service actions differ in what they ignore.
 *
 * @param scope SCOPE field, 0..15; 0 is LU_SCOPE
 * @param typeCode TYPE field, 0..15
 */
public record ScopeAndType(int scope, int typeCode) {
  private static final int LU_SCOPE = 0;

  public ScopeAndType {
    if ((scope & ~0xF) != 0 || (typeCode & ~0xF) != 0) {
      throw new IllegalArgumentException(
          "scope and type have four bits: " + scope + ", " + typeCode);
    }
  }

  /** Scope of the logical unit and one of the six types. */
  public static ScopeAndType of(ReservationType type) {
    return new ScopeAndType(LU_SCOPE, type.code());
  }

  /** From the CDB byte, 0..255. */
  public static ScopeAndType fromByte(int value) {
    return new ScopeAndType(value >>> 4 & 0xF, value & 0xF);
  }

  /** The type asked for, when SCOPE is LU_SCOPE and TYPE is neither obsolete nor reserved. */
  Optional<ReservationType> type() {
    return scope == LU_SCOPE ? ReservationType.of(typeCode) : Optional.empty();
  }

  /** What is wrong when {@link #type} is empty. */
  PrFault fault() {
    return new PrFault.InvalidFieldInCdb(2, scope == LU_SCOPE ? 3 : 7);
  }
}
