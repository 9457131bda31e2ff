package org.holdfast.pr;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.pr.Effect.Notice;

/**
 * The rules of PERSISTENT RESERVE OUT (SPC-4 clauses 5.13.7 to 5.13.11) as a pure function. Holds
 * nothing but what the logical unit is capable of; any thread may call it.
 *
 * <p>The reservation key comes first in every judgement: a RESERVATION CONFLICT takes precedence
 * over a CHECK CONDITION for the same command (SAM-5 clause 5.3.3), and the key is verified
 * whatever the other fields say (SPC-4 clause 6.16.3).
 */
public final class ReservationEngine {
  /** Registrations per logical unit unless told otherwise. */
  public static final int DEFAULT_MAX_REGISTRATIONS = 4096;

  private final PrCapabilities capabilities;
  private final RegisterRules registering;

  public ReservationEngine(PrCapabilities capabilities) {
    this(capabilities, DEFAULT_MAX_REGISTRATIONS);
  }

  /**
   * An engine with a bound of its own.
   *
   * @param maxRegistrations most registrations a logical unit keeps, at least 1; one more gets
   *     INSUFFICIENT REGISTRATION RESOURCES
   */
  public ReservationEngine(PrCapabilities capabilities, int maxRegistrations) {
    if (maxRegistrations < 1) {
      throw new IllegalArgumentException("room for no registration: " + maxRegistrations);
    }
    this.capabilities = capabilities;
    this.registering = new RegisterRules(capabilities, maxRegistrations);
  }

  public PrCapabilities capabilities() {
    return capabilities;
  }

  /**
   * What {@code command} from {@code sender} makes of {@code state}, where no other ports are
   * known: ALL_TG_PT means the sender's target port only, and no other initiator can be named.
   */
  public Transition apply(ReservationState state, PrCommand command, Nexus sender) {
    return apply(state, command, sender, KnownPorts.none());
  }

  /** What {@code command} from {@code sender} makes of {@code state}. */
  public Transition apply(
      ReservationState state, PrCommand command, Nexus sender, KnownPorts ports) {
    // RESERVE of SPC-2 shuts out its own holder, too (SPC-2 clause 7.13).
    if (state.legacyHolder() != null || !isKeyAccepted(state, command, sender)) {
      return Transition.conflict(state);
    }
    return switch (command) {
      case PrCommand.Register c -> registering.register(state, c, sender, ports);
      case PrCommand.RegisterAndIgnoreExistingKey c ->
          registering.registerAndIgnore(state, c, sender, ports);
      case PrCommand.RegisterAndMove c -> registering.move(state, c, sender, ports);
      case PrCommand.Reserve c -> reserve(state, c.scopeAndType(), sender);
      case PrCommand.Release c -> release(state, c.scopeAndType(), sender);
      case PrCommand.Clear _ -> clear(state, sender);
      case PrCommand.Preempt c ->
          preempt(state, c.serviceActionKey(), c.scopeAndType(), sender, Victims.KEEP_COMMANDS);
      case PrCommand.PreemptAndAbort c ->
          preempt(state, c.serviceActionKey(), c.scopeAndType(), sender, Victims.ABORT_COMMANDS);
    };
  }

  /** SPC-4 clause 6.16.3, RESERVATION KEY field, with clause 5.13.7, tables 67 and 68. */
  private static boolean isKeyAccepted(ReservationState state, PrCommand command, Nexus sender) {
    return switch (command) {
      case PrCommand.RegisterAndIgnoreExistingKey _ -> true;
      case PrCommand.Register c when !state.isRegistered(sender) -> c.reservationKey() == 0;
      default -> state.isRegisteredWith(sender, command.reservationKey());
    };
  }

  /** SPC-4 clause 5.13.9. */
  private Transition reserve(ReservationState state, ScopeAndType asked, Nexus sender) {
    Optional<ReservationType> type = establishable(asked);
    Reservation held = state.reservation();
    if (held != null) {
      boolean same = type.isPresent() && type.get() == held.type();
      return same && state.isHolder(sender)
          ? Transition.unchanged(state)
          : Transition.conflict(state);
    }
    return type.map(
            t -> Transition.good(state.withReservation(Reservation.establishedBy(sender, t))))
        .orElseGet(() -> Transition.refused(state, asked.fault()));
  }

  /** SPC-4 clause 5.13.11.2.2. */
  private static Transition release(ReservationState state, ScopeAndType asked, Nexus sender) {
    Optional<ReservationType> type = asked.type();
    if (type.isEmpty()) {
      return Transition.refused(state, asked.fault());
    }
    Reservation held = state.reservation();
    if (held == null || !state.isHolder(sender)) {
      return Transition.unchanged(state);
    }
    if (held.type() != type.get()) {
      return Transition.refused(state, new PrFault.InvalidReleaseOfPersistentReservation());
    }
    ReservationState after = state.withReservation(null);
    return held.type().isSharedByRegistrants()
        ? Transition.good(
            after, Effect.attention(others(after, sender), Notice.RESERVATIONS_RELEASED))
        : Transition.good(after);
  }

  /** SPC-4 clause 5.13.11.2.7. */
  private static Transition clear(ReservationState state, Nexus sender) {
    ReservationState after =
        state.withoutRegistrations(state.registrations().keySet()).withNextGeneration();
    return Transition.good(
        after, Effect.attention(others(state, sender), Notice.RESERVATIONS_PREEMPTED));
  }

  /**
   * What CLEAR does (SPC-4 clause 5.13.11.2.8), by somebody who is no I_T nexus and has no key: the
   * administrator. Everybody who loses something is told. RESERVE of SPC-2 ends with it.
   */
  public static Transition clearedByAdministrator(ReservationState state) {
    List<Nexus> losers = new ArrayList<>(state.registrations().keySet());
    Nexus legacy = state.legacyHolder();
    if (legacy != null) {
      losers.add(legacy);
    }
    ReservationState after =
        state
            .withoutRegistrations(state.registrations().keySet())
            .withLegacyHolder(null)
            .withNextGeneration();
    return Transition.good(after, Effect.attention(losers, Notice.RESERVATIONS_PREEMPTED));
  }

  /** What becomes of the commands of preempted I_T nexuses. */
  private enum Victims {
    KEEP_COMMANDS,
    ABORT_COMMANDS
  }

  /** SPC-4 clause 5.13.11.2.4, table 72 and figure 9. */
  private Transition preempt(
      ReservationState state, long victimKey, ScopeAndType asked, Nexus sender, Victims victims) {
    Reservation held = state.reservation();
    boolean heldByAll = held != null && held.type().isHeldByAllRegistrants();
    if (victimKey == 0 && held != null && !heldByAll) {
      return Transition.refused(state, new PrFault.InvalidFieldInParameterList(8, 7));
    }
    List<Nexus> named =
        victimKey == 0 && heldByAll
            ? List.copyOf(state.registrations().keySet())
            : registeredWith(state, victimKey);
    if (named.isEmpty()) {
      return Transition.conflict(state); // a key that nobody registered, as zero always is
    }
    List<Effect> aborts =
        victims == Victims.ABORT_COMMANDS
            ? named.stream().<Effect>map(Effect.AbortTasks::new).toList()
            : List.of();
    boolean replaces = heldByAll ? victimKey == 0 : named.stream().anyMatch(state::isHolder);
    if (!replaces) {
      return removeRegistrations(state, named, sender, aborts);
    }
    return establishable(asked)
        .map(type -> replaceReservation(state, named, type, sender, aborts))
        .orElseGet(() -> Transition.refused(state, asked.fault()));
  }

  /** SPC-4 clause 5.13.11.2.4.3: the sender takes over and keeps its registration. */
  private static Transition replaceReservation(
      ReservationState state,
      List<Nexus> named,
      ReservationType type,
      Nexus sender,
      List<Effect> aborts) {
    List<Nexus> removed = except(sender, named);
    Reservation before = state.reservation();
    ReservationState after =
        state
            .withReservation(null)
            .withoutRegistrations(removed)
            .withReservation(Reservation.establishedBy(sender, type))
            .withNextGeneration();
    List<Effect> effects = new ArrayList<>(aborts);
    effects.addAll(Effect.attention(removed, Notice.REGISTRATIONS_PREEMPTED));
    if (before == null || before.type() != type) {
      effects.addAll(Effect.attention(others(after, sender), Notice.RESERVATIONS_RELEASED));
    }
    return Transition.good(after, effects);
  }

  /** SPC-4 clause 5.13.11.2.5: the sender's own registration goes too when it is named. */
  private static Transition removeRegistrations(
      ReservationState state, List<Nexus> named, Nexus sender, List<Effect> aborts) {
    List<Effect> effects = new ArrayList<>(aborts);
    effects.addAll(Effect.attention(except(sender, named), Notice.REGISTRATIONS_PREEMPTED));
    return Transition.good(state.withoutRegistrations(named).withNextGeneration(), effects);
  }

  private Optional<ReservationType> establishable(ScopeAndType asked) {
    return asked.type().filter(capabilities.supportedTypes()::contains);
  }

  private static List<Nexus> registeredWith(ReservationState state, long key) {
    return state.registrations().entrySet().stream()
        .filter(registration -> registration.getValue() == key)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The registrants of {@code state} but the sender. */
  private static List<Nexus> others(ReservationState state, Nexus sender) {
    return except(sender, state.registrations().keySet());
  }

  private static List<Nexus> except(Nexus sender, Collection<Nexus> nexuses) {
    return nexuses.stream().filter(nexus -> !nexus.equals(sender)).toList();
  }
}
