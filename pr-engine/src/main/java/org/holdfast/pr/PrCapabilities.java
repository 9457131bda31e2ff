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
 * @param legacy what becomes of SPC-2 RESERVE and RELEASE beside registrations, shown as CRH
 * @param aptplPolicy whether the host's APTPL bit counts; {@link AptplPolicy#FORCE} takes APTPL
 *     among the flags
 */
public record PrCapabilities(
    Set<RegisterFlag> supportedFlags,
    Set<ReservationType> supportedTypes,
    LegacyHandling legacy,
    AptplPolicy aptplPolicy) {
  public PrCapabilities {
    supportedFlags = Collections.unmodifiableSet(copy(supportedFlags, RegisterFlag.class));
    supportedTypes = Collections.unmodifiableSet(copy(supportedTypes, ReservationType.class));
    if (aptplPolicy == AptplPolicy.FORCE && !supportedFlags.contains(RegisterFlag.APTPL)) {
      throw new IllegalArgumentException("APTPL cannot be forced where it is not supported");
    }
  }

  /** CRH = 0, and the host's APTPL bit counts. */
  public PrCapabilities(Set<RegisterFlag> supportedFlags, Set<ReservationType> supportedTypes) {
    this(supportedFlags, supportedTypes, LegacyHandling.SPC_2, AptplPolicy.HONOR);
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

  /**
   * Everything that is implemented. SPEC_I_PT and ALL_TG_PT take a {@link KnownPorts} that knows
   * them all, APTPL a {@link ReservationStore} that keeps its word, CRH a device server that has
   * RESERVE and RELEASE.
   */
  public static PrCapabilities complete(AptplPolicy aptplPolicy) {
    return new PrCapabilities(
        EnumSet.allOf(RegisterFlag.class),
        EnumSet.allOf(ReservationType.class),
        LegacyHandling.COMPATIBLE,
        aptplPolicy);
  }

  /** Byte 2 of REPORT CAPABILITIES: CRH, SIP_C, ATP_C and PTPL_C (SPC-4 clause 6.15.4). */
  int flagBits() {
    int bits = legacy.crh();
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
