package org.holdfast.pr;

import java.util.Set;

/**
 * A PERSISTENT RESERVE OUT command by service action (SPC-4 clause 6.16.2). Reservation keys are
 * eight opaque bytes; any long is one.
 */
public sealed interface PrCommand {
  /** RESERVATION KEY field: who the sender says it is. */
  long reservationKey();

  /** SERVICE ACTION 00h. A {@code serviceActionKey} of 0 unregisters. */
  record Register(long reservationKey, long serviceActionKey, Set<RegisterFlag> flags)
      implements PrCommand {
    public Register {
      flags = Set.copyOf(flags);
    }
  }

  /** SERVICE ACTION 06h. The sender's present key, if any, is not compared. */
  record RegisterAndIgnoreExistingKey(
      long reservationKey, long serviceActionKey, Set<RegisterFlag> flags) implements PrCommand {
    public RegisterAndIgnoreExistingKey {
      flags = Set.copyOf(flags);
    }
  }

  /** SERVICE ACTION 01h. */
  record Reserve(long reservationKey, ScopeAndType scopeAndType) implements PrCommand {}

  /** SERVICE ACTION 02h. */
  record Release(long reservationKey, ScopeAndType scopeAndType) implements PrCommand {}

  /** SERVICE ACTION 03h. */
  record Clear(long reservationKey) implements PrCommand {}

  /** SERVICE ACTION 04h. The {@code serviceActionKey} names the victims. */
  record Preempt(long reservationKey, long serviceActionKey, ScopeAndType scopeAndType)
      implements PrCommand {}

  /** SERVICE ACTION 05h: PREEMPT, and the victims' commands are aborted. */
  record PreemptAndAbort(long reservationKey, long serviceActionKey, ScopeAndType scopeAndType)
      implements PrCommand {}
}
