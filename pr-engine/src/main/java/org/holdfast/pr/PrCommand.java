package org.holdfast.pr;

import java.util.List;
import java.util.Set;

/**
 * A PERSISTENT RESERVE OUT command by service action (SPC-4 clause 6.16.2). Reservation keys are
 * eight opaque bytes; any long is one.
 */
public sealed interface PrCommand {
  /** RESERVATION KEY field: who the sender says it is. */
  long reservationKey();

  /** Which service action it is. */
  PrOutServiceAction action();

  /**
   * A TransportID of the parameter list.
   *
   * @param id the initiator it names; it need not be known
   * @param byteOffset where it starts in the parameter list, for the field pointer
   */
  record NamedInitiator(TransportId id, int byteOffset) {
    PrFault fault() {
      return new PrFault.InvalidFieldInParameterList(byteOffset, 7);
    }
  }

  /**
   * SERVICE ACTION 00h. A {@code serviceActionKey} of 0 unregisters.
   *
   * @param initiators the further initiators to register, in the order of the parameter list; empty
   *     unless SPEC_I_PT is among the flags, and possibly then, too
   */
  record Register(
      long reservationKey,
      long serviceActionKey,
      Set<RegisterFlag> flags,
      List<NamedInitiator> initiators)
      implements PrCommand {
    public Register {
      flags = Set.copyOf(flags);
      initiators = List.copyOf(initiators);
      if (!initiators.isEmpty() && !flags.contains(RegisterFlag.SPEC_I_PT)) {
        throw new IllegalArgumentException("TransportIDs without SPEC_I_PT: " + initiators);
      }
    }

    /** Names no further initiators. */
    public Register(long reservationKey, long serviceActionKey, Set<RegisterFlag> flags) {
      this(reservationKey, serviceActionKey, flags, List.of());
    }

    @Override
    public PrOutServiceAction action() {
      return PrOutServiceAction.REGISTER;
    }
  }

  /** SERVICE ACTION 06h. The sender's present key, if any, is not compared. */
  record RegisterAndIgnoreExistingKey(
      long reservationKey, long serviceActionKey, Set<RegisterFlag> flags) implements PrCommand {
    public RegisterAndIgnoreExistingKey {
      flags = Set.copyOf(flags);
    }

    @Override
    public PrOutServiceAction action() {
      return PrOutServiceAction.REGISTER_AND_IGNORE_EXISTING_KEY;
    }
  }

  /** SERVICE ACTION 01h. */
  record Reserve(long reservationKey, ScopeAndType scopeAndType) implements PrCommand {
    @Override
    public PrOutServiceAction action() {
      return PrOutServiceAction.RESERVE;
    }
  }

  /** SERVICE ACTION 02h. */
  record Release(long reservationKey, ScopeAndType scopeAndType) implements PrCommand {
    @Override
    public PrOutServiceAction action() {
      return PrOutServiceAction.RELEASE;
    }
  }

  /** SERVICE ACTION 03h. */
  record Clear(long reservationKey) implements PrCommand {
    @Override
    public PrOutServiceAction action() {
      return PrOutServiceAction.CLEAR;
    }
  }

  /** SERVICE ACTION 04h. The {@code serviceActionKey} names the victims. */
  record Preempt(long reservationKey, long serviceActionKey, ScopeAndType scopeAndType)
      implements PrCommand {
    @Override
    public PrOutServiceAction action() {
      return PrOutServiceAction.PREEMPT;
    }
  }

  /** SERVICE ACTION 05h: PREEMPT, and the victims' commands are aborted. */
  record PreemptAndAbort(long reservationKey, long serviceActionKey, ScopeAndType scopeAndType)
      implements PrCommand {
    @Override
    public PrOutServiceAction action() {
      return PrOutServiceAction.PREEMPT_AND_ABORT;
    }
  }

  /**
   * SERVICE ACTION 07h: registers another I_T nexus and hands it the reservation.
   *
   * @param serviceActionKey the key that the other I_T nexus is registered with; 0 is refused
   * @param relativeTargetPort RELATIVE TARGET PORT IDENTIFIER of the other I_T nexus, 0..65535
   * @param initiator its initiator port
   */
  record RegisterAndMove(
      long reservationKey,
      long serviceActionKey,
      Set<MoveFlag> flags,
      int relativeTargetPort,
      NamedInitiator initiator)
      implements PrCommand {
    public RegisterAndMove {
      flags = Set.copyOf(flags);
    }

    @Override
    public PrOutServiceAction action() {
      return PrOutServiceAction.REGISTER_AND_MOVE;
    }
  }
}
