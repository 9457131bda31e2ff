package org.holdfast.pr;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything one logical unit knows of reservations. Immutable, so that the data path may read it
 * from any thread while {@link ReservationEngine} computes the next one.
 *
 * @param registrations registered I_T nexuses and their reservation keys in the order in which they
 *     registered, the order of READ KEYS; a key is eight opaque bytes, never zero
 * @param reservation the established reservation, or null
 * @param generation PRgeneration, unsigned 32 bits: 0..2^32-1
 * @param aptpl the last valid APTPL bit: whether all this survives a power loss
 * @param legacyHolder the I_T nexus that reserved the logical unit with SPC-2 RESERVE, or null;
 *     never together with registrations, and never kept through a power loss
 */
public record ReservationState(
    SequencedMap<Nexus, Long> registrations,
    @Nullable Reservation reservation,
    long generation,
    boolean aptpl,
    @Nullable Nexus legacyHolder) {
  /** Largest PRgeneration; the next one is 0. */
  public static final long MAX_GENERATION = 0xFFFF_FFFFL;

  /** Nobody registered, nothing reserved, as after the first power on. */
  public static final ReservationState EMPTY =
      new ReservationState(new LinkedHashMap<>(), null, 0, false);

  public ReservationState {
    // A hash map copied once per change: look-ups cost the same for one registrant and a thousand.
    registrations = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(registrations));
    if (registrations.containsValue(0L)) {
      throw new IllegalArgumentException("zero is not a reservation key");
    }
    if (generation < 0 || generation > MAX_GENERATION) {
      throw new IllegalArgumentException("PRgeneration is not a 32-bit value: " + generation);
    }
    if (reservation != null && !hasHolder(reservation, registrations)) {
      throw new IllegalArgumentException("the holder is not registered: " + reservation);
    }
    if (legacyHolder != null && !registrations.isEmpty()) {
      throw new IllegalArgumentException("RESERVE of SPC-2 beside registrations: " + legacyHolder);
    }
  }

  /** Nothing reserved with SPC-2 RESERVE. */
  public ReservationState(
      SequencedMap<Nexus, Long> registrations,
      @Nullable Reservation reservation,
      long generation,
      boolean aptpl) {
    this(registrations, reservation, generation, aptpl, null);
  }

  private static boolean hasHolder(Reservation held, SequencedMap<Nexus, Long> registrations) {
    Nexus holder = held.holder();
    return holder == null ? !registrations.isEmpty() : registrations.containsKey(holder);
  }

  /**
   * Whether a command of {@code nexus} passes the reservation, persistent (SPC-4 clause 5.13.1) or
   * legacy (SPC-2 clause 5.5.1). One hash look-up at most, without allocation.
   */
  public boolean permits(Nexus nexus, ReservationClass command) {
    Nexus legacy = legacyHolder;
    if (legacy != null) {
      return command.isAllowedToOthersUnderLegacy()
          || (command.isAllowedToLegacyHolder() && nexus.equals(legacy));
    }
    Reservation held = reservation;
    if (held == null || command.isAllowedToOthersUnder(held.type())) {
      return true;
    }
    return held.type().isSharedByRegistrants()
        ? registrations.containsKey(nexus)
        : nexus.equals(held.holder());
  }

  /** Why {@link #permits} says no; empty when it says yes. */
  public Optional<ConflictExplanation> explain(Nexus nexus, ReservationClass command) {
    return permits(nexus, command)
        ? Optional.empty()
        : Optional.of(ConflictExplanation.of(this, nexus, command));
  }

  public boolean isRegistered(Nexus nexus) {
    return registrations.containsKey(nexus);
  }

  /** Whether {@code nexus} is a reservation holder (SPC-4 clause 5.13.10). */
  public boolean isHolder(Nexus nexus) {
    Reservation held = reservation;
    if (held == null) {
      return false;
    }
    return held.type().isHeldByAllRegistrants()
        ? registrations.containsKey(nexus)
        : nexus.equals(held.holder());
  }

  /** Whether {@code nexus} is registered with exactly this key. */
  public boolean isRegisteredWith(Nexus nexus, long key) {
    Long registered = registrations.get(nexus);
    return registered != null && registered == key;
  }

  /**
   * The key that READ RESERVATION shows: the holder's, or 0 for the all registrants types and when
   * nothing is reserved (SPC-4 clause 6.15.3.2).
   */
  public long reservationKey() {
    Nexus holder = reservation == null ? null : reservation.holder();
    Long key = holder == null ? null : registrations.get(holder);
    return key == null ? 0 : key;
  }

  /**
   * What is left when power returns: everything when APTPL was set, nothing otherwise. PRgeneration
   * starts again at 0 in both cases (SPC-4 clauses 5.13.5 and 6.15.2).
   */
  public ReservationState afterPowerLoss() {
    return aptpl ? new ReservationState(registrations, reservation, 0, true) : EMPTY;
  }

  /** Registers {@code nexuses} or changes their keys; a registrant keeps its place in the order. */
  ReservationState withRegistrations(Collection<Nexus> nexuses, long key) {
    LinkedHashMap<Nexus, Long> changed = new LinkedHashMap<>(registrations);
    nexuses.forEach(nexus -> changed.put(nexus, key));
    return new ReservationState(changed, reservation, generation, aptpl);
  }

  /**
   * Unregisters {@code leaving}. A reservation goes with its only holder, or with the last
   * registrant when all hold it (SPC-4 clause 5.13.11.2.1, table 71).
   */
  ReservationState withoutRegistrations(Collection<Nexus> leaving) {
    LinkedHashMap<Nexus, Long> remaining = new LinkedHashMap<>(registrations);
    leaving.forEach(remaining::remove);
    Reservation kept = reservation;
    if (kept != null && !hasHolder(kept, remaining)) {
      kept = null;
    }
    return new ReservationState(remaining, kept, generation, aptpl);
  }

  ReservationState withReservation(@Nullable Reservation changed) {
    return new ReservationState(registrations, changed, generation, aptpl);
  }

  ReservationState withLegacyHolder(@Nullable Nexus changed) {
    return new ReservationState(registrations, reservation, generation, aptpl, changed);
  }

  ReservationState withAptpl(boolean changed) {
    return new ReservationState(registrations, reservation, generation, changed);
  }

  ReservationState withNextGeneration() {
    return new ReservationState(
        registrations, reservation, (generation + 1) & MAX_GENERATION, aptpl);
  }
}
