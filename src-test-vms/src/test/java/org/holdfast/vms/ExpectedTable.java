package org.holdfast.vms;

import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.holdfast.vms.initiator.Cdbs;

/**
 * What a logical unit's reservations have to be, by SPC-4 clause 5.13, for as much of it as {@link
 * ReservationStorm} asks: every initiator has keys that no other one uses. Shares nothing with the
 * product. Immutable.
 *
 * @param keys by initiator
 * @param type of the reservation; 0 without one
 * @param holder empty without a reservation and under the all registrants types
 * @param aptpl whether all this survives a loss of power
 */
record ExpectedTable(Map<Integer, Long> keys, int type, OptionalInt holder, boolean aptpl) {
  static final ExpectedTable EMPTY = new ExpectedTable(Map.of(), 0, OptionalInt.empty(), false);

  ExpectedTable {
    keys = new TreeMap<>(keys);
  }

  /** The answer to a command, in the words of the replay scripts, and what holds after it. */
  record Answer(String status, ExpectedTable after) {}

  /** Types 7 and 8 (SPC-4 table 174). */
  static boolean allRegistrants(int type) {
    return type == 7 || type == 8;
  }

  boolean holds(int initiator) {
    return allRegistrants(type)
        ? keys.containsKey(initiator)
        : holder.isPresent() && holder.getAsInt() == initiator;
  }

  /** SPC-4 clause 5.13.5: with APTPL everything is kept, without it nothing. */
  ExpectedTable afterPowerLoss() {
    return aptpl ? this : EMPTY;
  }

  Answer answer(PrCommandUnderTest command) {
    Long own = keys.get(command.sender());
    boolean ignoresKey = command.action() == Cdbs.PR_REGISTER_AND_IGNORE;
    // SPC-4 clause 5.13.7: an unregistered nexus registers with RESERVATION KEY 0.
    long wanted = own == null && command.action() == Cdbs.PR_REGISTER ? 0 : own == null ? -1 : own;
    if (!ignoresKey && command.key() != wanted) {
      return conflict();
    }
    return switch (command.action()) {
      case Cdbs.PR_REGISTER, Cdbs.PR_REGISTER_AND_IGNORE -> register(command);
      case Cdbs.PR_RESERVE -> reserve(command);
      case Cdbs.PR_RELEASE -> release(command);
      case Cdbs.PR_CLEAR -> good(new ExpectedTable(Map.of(), 0, OptionalInt.empty(), aptpl));
      case Cdbs.PR_PREEMPT, Cdbs.PR_PREEMPT_AND_ABORT -> preempt(command);
      default -> throw new IllegalArgumentException(command.toString());
    };
  }

  private Answer conflict() {
    return new Answer("CONFLICT", this);
  }

  private static Answer good(ExpectedTable after) {
    return new Answer("GOOD", after);
  }

  /** Clauses 5.13.7 and, for key 0, 5.13.11.2.3: the reservation goes with its last holder. */
  private Answer register(PrCommandUnderTest command) {
    if (command.actionKey() == 0) {
      return good(without(n -> n == command.sender()).withAptpl(command.aptpl()));
    }
    Map<Integer, Long> changed = new TreeMap<>(keys);
    changed.put(command.sender(), command.actionKey());
    return good(new ExpectedTable(changed, type, holder, command.aptpl()));
  }

  private ExpectedTable withAptpl(boolean bit) {
    return new ExpectedTable(keys, type, holder, bit);
  }

  private ExpectedTable without(Predicate<Integer> leaving) {
    Map<Integer, Long> left = new TreeMap<>(keys);
    left.keySet().removeIf(leaving);
    boolean held =
        allRegistrants(type)
            ? !left.isEmpty()
            : holder.isPresent() && left.containsKey(holder.getAsInt());
    return held
        ? new ExpectedTable(left, type, holder, aptpl)
        : new ExpectedTable(left, 0, OptionalInt.empty(), aptpl);
  }

  private ExpectedTable reservedBy(int initiator, int newType) {
    OptionalInt single = allRegistrants(newType) ? OptionalInt.empty() : OptionalInt.of(initiator);
    return new ExpectedTable(keys, newType, single, aptpl);
  }

  /** Clause 5.13.9: a holder may ask for what it has; nobody else may reserve. */
  private Answer reserve(PrCommandUnderTest command) {
    if (type == 0) {
      return good(reservedBy(command.sender(), command.type()));
    }
    return holds(command.sender()) && type == command.type() ? good(this) : conflict();
  }

  /** Clause 5.13.11.2.2. */
  private Answer release(PrCommandUnderTest command) {
    if (!holds(command.sender())) {
      return good(this);
    }
    return type == command.type()
        ? good(new ExpectedTable(keys, 0, OptionalInt.empty(), aptpl))
        : new Answer("CHECK 05/26/04", this);
  }

  /** Clause 5.13.11.2.4, figure 9. */
  private Answer preempt(PrCommandUnderTest command) {
    int sender = command.sender();
    boolean everybody = allRegistrants(type) && command.actionKey() == 0;
    boolean theHolder =
        holder.isPresent() && keys.get(holder.getAsInt()) == command.actionKey() && type != 0;
    if (!everybody && !keys.containsValue(command.actionKey())) {
      return conflict();
    }
    ExpectedTable left =
        without(n -> n != sender && (everybody || keys.get(n) == command.actionKey()));
    return good(everybody || theHolder ? left.reservedBy(sender, command.type()) : left);
  }
}
