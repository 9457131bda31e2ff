package org.holdfast.pr;

import java.util.List;

/**
 * What a PERSISTENT RESERVE OUT command comes to.
 *
 * <p>The caller makes {@code state} durable where APTPL asks for it, publishes it, waits for (or
 * aborts) commands in flight that it no longer {@linkplain ReservationState#permits permits},
 * carries out {@code effects} in their order, and only then answers {@code result}.
 *
 * @param state the next state; the very same instance as before when nothing changed, in particular
 *     when the command was refused
 * @param effects empty when the command was refused
 */
public record Transition(ReservationState state, PrResult result, List<Effect> effects) {
  public Transition {
    effects = List.copyOf(effects);
    if (!(result instanceof PrResult.Good) && !effects.isEmpty()) {
      throw new IllegalArgumentException("a refused command has no effects");
    }
  }

  static Transition good(ReservationState state) {
    return good(state, List.of());
  }

  static Transition good(ReservationState state, List<Effect> effects) {
    return new Transition(state, PrResult.GOOD, effects);
  }

  /** GOOD without any change. */
  static Transition unchanged(ReservationState state) {
    return good(state);
  }

  static Transition conflict(ReservationState state) {
    return new Transition(state, PrResult.RESERVATION_CONFLICT, List.of());
  }

  static Transition refused(ReservationState state, PrFault fault) {
    return new Transition(state, new PrResult.CheckCondition(fault), List.of());
  }
}
