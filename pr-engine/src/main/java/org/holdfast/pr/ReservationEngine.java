package org.holdfast.pr;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.holdfast.pr.Effect.Notice;
import org.holdfast.pr.Effect.UnitAttention;

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
  private final int maxRegistrations;

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
    this.maxRegistrations = maxRegistrations;
  }

  public PrCapabilities capabilities() {
    return capabilities;
  }

  /** What {@code command} from {@code sender} makes of {@code state}. */
  public Transition apply(ReservationState state, PrCommand command, Nexus sender) {
    if (!isKeyAccepted(state, command, sender)) {
      return conflict(state);
    }
    return switch (command) {
      case PrCommand.Register c -> register(state, c.serviceActionKey(), c.flags(), sender);
      case PrCommand.RegisterAndIgnoreExistingKey c ->
          register(state, c.serviceActionKey(), c.flags(), sender);
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

  private Transition register(
      ReservationState state, long newKey, Set<RegisterFlag> flags, Nexus sender) {
    for (RegisterFlag flag : RegisterFlag.values()) {
      if (flags.contains(flag) && !capabilities.supportedFlags().contains(flag)) {
        return refuse(state, flag.fault());
      }
    }
    boolean registered = state.isRegistered(sender);
    if (newKey == 0 && !registered) {
      return unchanged(state); // "do nothing except return GOOD": neither APTPL nor PRgeneration
    }
    if (!registered && state.registrations().size() >= maxRegistrations) {
      return refuse(state, new PrFault.InsufficientRegistrationResources());
    }
    ReservationState next =
        state.withAptpl(flags.contains(RegisterFlag.APTPL)).withNextGeneration();
    return newKey == 0
        ? unregister(state, next, sender)
        : done(next.withRegistration(sender, newKey));
  }

  /** SPC-4 clause 5.13.11.2.3. */
  private static Transition unregister(
      ReservationState before, ReservationState counted, Nexus sender) {
    ReservationState after = counted.withoutRegistrations(List.of(sender));
    Reservation lost = after.reservation() == null ? before.reservation() : null;
    if (lost == null || !lost.type().isSharedByRegistrants()) {
      return done(after);
    }
    return done(after, attention(others(after, sender), Notice.RESERVATIONS_RELEASED));
  }

  /** SPC-4 clause 5.13.9. */
  private Transition reserve(ReservationState state, ScopeAndType asked, Nexus sender) {
    Optional<ReservationType> type = establishable(asked);
    Reservation held = state.reservation();
    if (held != null) {
      boolean same = type.isPresent() && type.get() == held.type();
      return same && state.isHolder(sender) ? unchanged(state) : conflict(state);
    }
    return type.map(t -> done(state.withReservation(Reservation.establishedBy(sender, t))))
        .orElseGet(() -> refuse(state, asked.fault()));
  }

  /** SPC-4 clause 5.13.11.2.2. */
  private static Transition release(ReservationState state, ScopeAndType asked, Nexus sender) {
    Optional<ReservationType> type = asked.type();
    if (type.isEmpty()) {
      return refuse(state, asked.fault());
    }
    Reservation held = state.reservation();
    if (held == null || !state.isHolder(sender)) {
      return unchanged(state);
    }
    if (held.type() != type.get()) {
      return refuse(state, new PrFault.InvalidReleaseOfPersistentReservation());
    }
    ReservationState after = state.withReservation(null);
    return held.type().isSharedByRegistrants()
        ? done(after, attention(others(after, sender), Notice.RESERVATIONS_RELEASED))
        : done(after);
  }

  /** SPC-4 clause 5.13.11.2.7. */
  private static Transition clear(ReservationState state, Nexus sender) {
    ReservationState after =
        state.withoutRegistrations(state.registrations().keySet()).withNextGeneration();
    return done(after, attention(others(state, sender), Notice.RESERVATIONS_PREEMPTED));
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
      return refuse(state, new PrFault.InvalidFieldInParameterList(8, 7));
    }
    List<Nexus> named =
        victimKey == 0 && heldByAll
            ? List.copyOf(state.registrations().keySet())
            : registeredWith(state, victimKey);
    if (named.isEmpty()) {
      return conflict(state); // a key that nobody registered, as zero always is
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
        .orElseGet(() -> refuse(state, asked.fault()));
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
    effects.addAll(attention(removed, Notice.REGISTRATIONS_PREEMPTED));
    if (before == null || before.type() != type) {
      effects.addAll(attention(others(after, sender), Notice.RESERVATIONS_RELEASED));
    }
    return done(after, effects);
  }

  /** SPC-4 clause 5.13.11.2.5: the sender's own registration goes too when it is named. */
  private static Transition removeRegistrations(
      ReservationState state, List<Nexus> named, Nexus sender, List<Effect> aborts) {
    List<Effect> effects = new ArrayList<>(aborts);
    effects.addAll(attention(except(sender, named), Notice.REGISTRATIONS_PREEMPTED));
    return done(state.withoutRegistrations(named).withNextGeneration(), effects);
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

  private static List<Effect> attention(List<Nexus> nexuses, Notice notice) {
    return nexuses.stream().<Effect>map(nexus -> new UnitAttention(nexus, notice)).toList();
  }

  private static Transition done(ReservationState state) {
    return done(state, List.of());
  }

  private static Transition done(ReservationState state, List<Effect> effects) {
    return new Transition(state, PrResult.GOOD, effects);
  }

  private static Transition unchanged(ReservationState state) {
    return done(state);
  }

  private static Transition conflict(ReservationState state) {
    return new Transition(state, PrResult.RESERVATION_CONFLICT, List.of());
  }

  private static Transition refuse(ReservationState state, PrFault fault) {
    return new Transition(state, new PrResult.CheckCondition(fault), List.of());
  }
}
