package org.holdfast.pr;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.holdfast.pr.Effect.Notice;
import org.holdfast.pr.PrCommand.NamedInitiator;
import org.jspecify.annotations.Nullable;

/**
 * REGISTER, REGISTER AND IGNORE EXISTING KEY and REGISTER AND MOVE (SPC-4 clauses 5.13.7 and
 * 5.13.8), for senders whose reservation key was accepted. All or nothing: one I_T nexus that
 * cannot be registered leaves every other as it was.
 *
 * @param maxRegistrations most registrations a logical unit keeps
 */
record RegisterRules(PrCapabilities capabilities, int maxRegistrations) {
  private static final PrFault KEY_FAULT = new PrFault.InvalidFieldInParameterList(8, 7);
  private static final PrFault RELATIVE_TARGET_PORT_FAULT =
      new PrFault.InvalidFieldInParameterList(18, 7);

  /** SPC-4 clause 5.13.7, table 67. */
  Transition register(
      ReservationState state, PrCommand.Register command, Nexus sender, KnownPorts ports) {
    PrFault unsupported = unsupported(command.flags());
    if (unsupported != null) {
      return Transition.refused(state, unsupported);
    }
    List<Nexus> senders = nexuses(command.flags(), sender, ports);
    // ALL_TG_PT is as if the same request came in through each target port (clause 6.16.3), where
    // the reservation key is judged just so.
    for (Nexus nexus : senders) {
      if (state.registrations().getOrDefault(nexus, 0L) != command.reservationKey()) {
        return Transition.conflict(state);
      }
    }
    if (!command.flags().contains(RegisterFlag.SPEC_I_PT)) {
      return changeKeys(state, senders, command.serviceActionKey(), command.flags());
    }
    if (state.isRegistered(sender)) {
      return Transition.refused(state, RegisterFlag.SPEC_I_PT.fault());
    }
    if (command.serviceActionKey() == 0) {
      return Transition.unchanged(state); // SPEC_I_PT is ignored then
    }
    LinkedHashSet<Nexus> all = new LinkedHashSet<>(senders);
    for (NamedInitiator named : command.initiators()) {
      List<Nexus> others = named(command.flags(), named, sender, ports);
      // Table 67, note b: one that is registered already spoils the whole command.
      if (others.isEmpty() || others.stream().anyMatch(state::isRegistered)) {
        return Transition.refused(state, named.fault());
      }
      all.addAll(others);
    }
    return changeKeys(state, all, command.serviceActionKey(), command.flags());
  }

  /** SPC-4 clause 5.13.7, table 68. */
  Transition registerAndIgnore(
      ReservationState state,
      PrCommand.RegisterAndIgnoreExistingKey command,
      Nexus sender,
      KnownPorts ports) {
    PrFault unsupported = unsupported(command.flags());
    return unsupported != null
        ? Transition.refused(state, unsupported)
        : changeKeys(
            state,
            nexuses(command.flags(), sender, ports),
            command.serviceActionKey(),
            command.flags());
  }

  private @Nullable PrFault unsupported(Set<RegisterFlag> flags) {
    for (RegisterFlag flag : RegisterFlag.values()) {
      if (flags.contains(flag) && !capabilities.supportedFlags().contains(flag)) {
        return flag.fault();
      }
    }
    return null;
  }

  /** The I_T nexuses of the sender's initiator port that the command is for. */
  private static List<Nexus> nexuses(Set<RegisterFlag> flags, Nexus sender, KnownPorts ports) {
    LinkedHashSet<Nexus> nexuses = new LinkedHashSet<>(List.of(sender));
    for (TargetPort port : targets(flags, sender, ports)) {
      nexuses.add(new Nexus(sender.initiator(), port));
    }
    return List.copyOf(nexuses);
  }

  private static List<TargetPort> targets(Set<RegisterFlag> flags, Nexus sender, KnownPorts ports) {
    return flags.contains(RegisterFlag.ALL_TG_PT)
        ? ports.targetPorts(sender.target())
        : List.of(sender.target());
  }

  /**
   * The I_T nexuses of another initiator; empty when one of them cannot be: the target does not
   * know the initiator port or does not admit it.
   */
  private static List<Nexus> named(
      Set<RegisterFlag> flags, NamedInitiator named, Nexus sender, KnownPorts ports) {
    List<Nexus> nexuses = new ArrayList<>();
    for (TargetPort target : targets(flags, sender, ports)) {
      if (!ports.admits(named.id().name(), target)) {
        return List.of();
      }
      initiatorPorts(named.id(), ports).forEach(port -> nexuses.add(new Nexus(port, target)));
    }
    return nexuses;
  }

  /** A node's name stands for the initiator ports that the device server knows of it. */
  private static Collection<InitiatorPort> initiatorPorts(TransportId id, KnownPorts ports) {
    return switch (id) {
      case TransportId.Port(InitiatorPort port) -> List.of(port);
      case TransportId.Node(String name) -> ports.initiatorPorts(name);
    };
  }

  /** Registers {@code nexuses}, changes their keys, or, with key 0, unregisters them. */
  private Transition changeKeys(
      ReservationState state, Collection<Nexus> nexuses, long newKey, Set<RegisterFlag> flags) {
    long unregistered = nexuses.stream().filter(nexus -> !state.isRegistered(nexus)).count();
    if (newKey == 0 && unregistered == nexuses.size()) {
      // "Do nothing except return GOOD": neither APTPL nor PRgeneration.
      return Transition.unchanged(state);
    }
    if (newKey != 0 && !hasRoom(state, unregistered)) {
      return Transition.refused(state, new PrFault.InsufficientRegistrationResources());
    }
    ReservationState counted =
        state.withAptpl(aptpl(flags.contains(RegisterFlag.APTPL))).withNextGeneration();
    return newKey == 0
        ? unregister(state, counted, nexuses)
        : Transition.good(counted.withRegistrations(nexuses, newKey));
  }

  private boolean hasRoom(ReservationState state, long more) {
    return more == 0 || state.registrations().size() + more <= maxRegistrations;
  }

  private boolean aptpl(boolean bit) {
    return capabilities.aptplPolicy().decide(bit);
  }

  /** SPC-4 clause 5.13.11.2.3. */
  private static Transition unregister(
      ReservationState before, ReservationState counted, Collection<Nexus> leaving) {
    ReservationState after = counted.withoutRegistrations(leaving);
    Reservation lost = after.reservation() == null ? before.reservation() : null;
    return lost == null || !lost.type().isSharedByRegistrants()
        ? Transition.good(after)
        : Transition.good(
            after, Effect.attention(after.registrations().keySet(), Notice.RESERVATIONS_RELEASED));
  }

  /** SPC-4 clause 5.13.8. No unit attention belongs to it. */
  Transition move(
      ReservationState state, PrCommand.RegisterAndMove command, Nexus sender, KnownPorts ports) {
    Reservation held = state.reservation();
    if (held == null) {
      return Transition.refused(state, new PrFault.InvalidFieldInCdb(1, 4)); // the service action
    }
    // Clause 5.13.8 for the all registrants types, table 66 for a sender that holds nothing.
    if (held.type().isHeldByAllRegistrants() || !state.isHolder(sender)) {
      return Transition.conflict(state);
    }
    boolean aptpl = command.flags().contains(MoveFlag.APTPL);
    if (aptpl && !capabilities.supportedFlags().contains(RegisterFlag.APTPL)) {
      return Transition.refused(state, MoveFlag.APTPL.fault());
    }
    if (command.serviceActionKey() == 0) {
      return Transition.refused(state, KEY_FAULT);
    }
    List<TargetPort> targets =
        ports.targetPorts(sender.target()).stream()
            .filter(port -> port.relativeId() == command.relativeTargetPort())
            .toList();
    if (targets.isEmpty()) {
      return Transition.refused(state, RELATIVE_TARGET_PORT_FAULT);
    }
    TargetPort target = targets.getFirst();
    TransportId id = command.initiator().id();
    Collection<InitiatorPort> initiators = initiatorPorts(id, ports);
    // The reservation goes to one I_T nexus: a node's name that stands for several is no place.
    if (initiators.size() != 1 || !ports.admits(id.name(), target)) {
      return Transition.refused(state, command.initiator().fault());
    }
    InitiatorPort initiator = initiators.iterator().next();
    if (initiator.equals(sender.initiator())) {
      return Transition.refused(state, command.initiator().fault()); // whatever the target port
    }
    Nexus next = new Nexus(initiator, target);
    List<Nexus> leaving = command.flags().contains(MoveFlag.UNREG) ? List.of(sender) : List.of();
    int after = state.registrations().size() + (state.isRegistered(next) ? 0 : 1) - leaving.size();
    if (after > maxRegistrations) {
      return Transition.refused(state, new PrFault.InsufficientRegistrationResources());
    }
    return Transition.good(
        state
            .withAptpl(aptpl(aptpl))
            .withNextGeneration()
            .withRegistrations(List.of(next), command.serviceActionKey())
            .withReservation(Reservation.establishedBy(next, held.type()))
            .withoutRegistrations(leaving));
  }
}
