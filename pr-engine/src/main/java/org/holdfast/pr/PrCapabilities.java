package org.holdfast.pr;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the logical unit's reservations can do: rules what {@link ReservationEngine} accepts and
 * what REPORT CAPABILITIES says, so that the two agree.
 *
 * @param supportedFlags flags that may be set in REGISTER and REGISTER AND IGNORE EXISTING KEY;
 *     REPORT CAPABILITIES shows them as PTPL_C (APTPL), ATP_C (ALL_TG_PT) and SIP_C (SPEC_I_PT)
 * @param supportedTypes types that RESERVE and PREEMPT may establish
 */
public record PrCapabilities(
    Set<RegisterFlag> supportedFlags, Set<ReservationType> supportedTypes) {
  public PrCapabilities {
    supportedFlags = Collections.unmodifiableSet(copy(supportedFlags, RegisterFlag.class));
    supportedTypes = Collections.unmodifiableSet(copy(supportedTypes, ReservationType.class));
    if (supportedFlags.contains(RegisterFlag.SPEC_I_PT)
        || supportedFlags.contains(RegisterFlag.ALL_TG_PT)) {
      throw new IllegalArgumentException("only APTPL is implemented: " + supportedFlags);
    }
  }

  private static <E extends Enum<E>> EnumSet<E> copy(Set<E> set, Class<E> type) {
    EnumSet<E> copy = EnumSet.noneOf(type);
    copy.addAll(set);
    return copy;
  }

  /** All six types; nothing survives a power loss. */
  public static PrCapabilities volatileOnly() {
    return new PrCapabilities(Set.of(), EnumSet.allOf(ReservationType.class));
  }

  /**
   * All six types; APTPL is honoured, which takes a {@link ReservationStore} that keeps its word.
   */
  public static PrCapabilities persistentThroughPowerLoss() {
    return new PrCapabilities(Set.of(RegisterFlag.APTPL), EnumSet.allOf(ReservationType.class));
  }

  /** Byte 2 of REPORT CAPABILITIES: CRH = 0, SIP_C, ATP_C and PTPL_C (SPC-4 clause 6.15.4). */
  int flagBits() {
    int bits = 0;
    for (RegisterFlag flag : supportedFlags) {
      bits |= flag.mask();
    }
    return bits;
  }

  /** PERSISTENT RESERVATION TYPE MASK, bytes 4 and 5 of REPORT CAPABILITIES. */
  int typeMask() {
    int mask = 0;
    for (ReservationType type : supportedTypes) {
      // A type's bit is its code, counted from bit 0 of the first byte to bit 0 of the second.
      mask |= type.code() < 8 ? 0x100 << type.code() : 1 << (type.code() - 8);
    }
    return mask;
  }
}
