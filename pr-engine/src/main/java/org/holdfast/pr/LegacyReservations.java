package org.holdfast.pr;

/**
 * RESERVE and RELEASE, (6) and (10) alike, of the whole logical unit for the sender itself (SPC-2
 * clauses 7.21 to 7.24), beside persistent reservations (SPC-4 clause 5.13.3).
 *
 * <p>The two never meet: while anybody is registered RESERVE establishes nothing, and while RESERVE
 * is in effect PERSISTENT RESERVE IN and OUT conflict, its holder's own included (SPC-2 clauses
 * 7.12 and 7.13). What RESERVE keeps from others is {@link ReservationState#permits}'.
 */
public final class LegacyReservations {
  private LegacyReservations() {}

  /** Which command. */
  public enum Action {
    RESERVE,
    RELEASE
  }

  /** What {@code action} from {@code sender} makes of {@code state}; it never has effects. */
  public static Transition apply(
      ReservationState state, Action action, Nexus sender, PrCapabilities capabilities) {
    if (!state.registrations().isEmpty()) {
      return capabilities.legacy() == LegacyHandling.COMPATIBLE && isFavoured(state, sender)
          ? Transition.unchanged(state)
          : Transition.conflict(state);
    }
    Nexus holder = state.legacyHolder();
    boolean own = sender.equals(holder);
    return switch (action) {
      case RESERVE -> {
        if (holder == null) {
          yield Transition.good(state.withLegacyHolder(sender));
        }
        yield own ? Transition.unchanged(state) : Transition.conflict(state);
      }
      // Releasing what is not reserved is no error, and another's stays reserved (SPC-2 7.18).
      case RELEASE ->
          own ? Transition.good(state.withLegacyHolder(null)) : Transition.unchanged(state);
    };
  }

  /** A holder, or a registrant while a registrants only or all registrants type is in effect. */
  private static boolean isFavoured(ReservationState state, Nexus sender) {
    Reservation held = state.reservation();
    return state.isHolder(sender)
        || (held != null && held.type().isSharedByRegistrants() && state.isRegistered(sender));
  }

  /**
   * The state after a LOGICAL UNIT RESET or a target reset, which end RESERVE and leave persistent
   * reservations alone; the very same instance when nothing was reserved.
   */
  public static ReservationState afterReset(ReservationState state) {
    return state.legacyHolder() == null ? state : state.withLegacyHolder(null);
  }

  /**
   * The state after {@code nexus} was lost or logged out: its RESERVE ends with it (SAM-5 clause
   * 6.3.4), its registration does not. The very same instance when it had reserved nothing.
   */
  public static ReservationState afterNexusLoss(ReservationState state, Nexus nexus) {
    return nexus.equals(state.legacyHolder()) ? state.withLegacyHolder(null) : state;
  }
}
