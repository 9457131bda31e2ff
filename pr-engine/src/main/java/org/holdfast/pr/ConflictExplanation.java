package org.holdfast.pr;

import org.jspecify.annotations.Nullable;

/**
 * Why a command got RESERVATION CONFLICT, ready to be said in a log line.
 *
 * @param refused whose command it was
 * @param command what the command is to reservations
 * @param rule which rule kept it out
 * @param type the persistent reservation's type; null for RESERVE of SPC-2
 * @param holder who holds the reservation; null when all registrants do
 * @param holderKey the holder's reservation key, 0 when there is no single holder or no key
 * @param refusedKey the key that {@code refused} is registered with, 0 when it is not registered
 */
public record ConflictExplanation(
    Nexus refused,
    ReservationClass command,
    Rule rule,
    @Nullable ReservationType type,
    @Nullable Nexus holder,
    long holderKey,
    long refusedKey) {
  /** Who would have been let through. */
  public enum Rule {
    /** Types 1 and 3: the holder alone, registered or not. */
    HOLDER_ONLY("only the holder may send it"),
    /** Types 5 to 8: whoever is registered. */
    REGISTRANTS_ONLY("only registered I_T nexuses may send it, and this one is not registered"),
    /** RESERVE of SPC-2: its holder alone. */
    LEGACY_HOLDER_ONLY("only the I_T nexus that sent RESERVE may send it"),
    /** RESERVE of SPC-2: nobody at all, for PERSISTENT RESERVE IN. */
    LEGACY_NOBODY("nobody may send it while RESERVE is in effect");

    private final String words;

    Rule(String words) {
      this.words = words;
    }
  }

  /** For a command that {@code state} does not permit. */
  static ConflictExplanation of(ReservationState state, Nexus refused, ReservationClass command) {
    long refusedKey = state.registrations().getOrDefault(refused, 0L);
    Reservation held = state.reservation();
    if (held == null) {
      Rule rule = command.isAllowedToLegacyHolder() ? Rule.LEGACY_HOLDER_ONLY : Rule.LEGACY_NOBODY;
      return new ConflictExplanation(
          refused, command, rule, null, state.legacyHolder(), 0, refusedKey);
    }
    return new ConflictExplanation(
        refused,
        command,
        held.type().isSharedByRegistrants() ? Rule.REGISTRANTS_ONLY : Rule.HOLDER_ONLY,
        held.type(),
        held.holder(),
        state.reservationKey(),
        refusedKey);
  }

  /** One sentence without a full stop, for a log line. */
  public String sentence() {
    String by =
        holder == null
            ? "every registrant"
            : holder.describe() + (holderKey == 0 ? "" : " with key " + Keys.text(holderKey));
    String what =
        type == null ? "RESERVE (SPC-2)" : "type " + type.code() + " (" + type.words() + ")";
    String own =
        refusedKey == 0 ? "is not registered" : "is registered with key " + Keys.text(refusedKey);
    return "%s conflicts with the reservation %s held by %s: %s; %s %s"
        .formatted(command, what, by, rule.words, refused.describe(), own);
  }
}
