package org.holdfast.pr;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a PERSISTENT RESERVE OUT command changed, for the journal of a logical unit: facts only, in
 * the standard's terms, so that "who was fenced, when and why" has an answer.
 *
 * @param action what was done
 * @param sender who did it
 * @param reservationKey RESERVATION KEY field, as sent
 * @param serviceActionKey SERVICE ACTION RESERVATION KEY field, 0 where the action has none
 * @param generationBefore PRgeneration, 0..2^32-1
 * @param generationAfter PRgeneration, 0..2^32-1
 * @param aptplBefore whether the table survived a power loss
 * @param aptplAfter whether it does now
 * @param registeredAfter how many registrations there are now
 * @param keys registrations that came, went or changed their key, in the table's order: first those
 *     that were there before
 * @param heldBefore the reservation, or null
 * @param heldAfter the reservation, or null
 * @param effects whose commands were aborted, and who was told what
 */
public record ReservationChange(
    PrOutServiceAction action,
    Nexus sender,
    long reservationKey,
    long serviceActionKey,
    long generationBefore,
    long generationAfter,
    boolean aptplBefore,
    boolean aptplAfter,
    int registeredAfter,
    List<KeyChange> keys,
    @Nullable Reservation heldBefore,
    @Nullable Reservation heldAfter,
    List<Effect> effects) {
  public ReservationChange {
    keys = List.copyOf(keys);
    effects = List.copyOf(effects);
  }

  /**
   * One registration's change.
   *
   * @param before the key that it was registered with, 0 when it was not
   * @param after the key that it is registered with, 0 when it no longer is
   */
  public record KeyChange(Nexus nexus, long before, long after) {
    public KeyChange {
      if (before == after) {
        throw new IllegalArgumentException("nothing changed: " + nexus);
      }
    }

    /** Whether the registration is gone. */
    public boolean isLoss() {
      return after == 0;
    }
  }

  /**
   * Describes an accepted command.
   *
   * @param before the state that it met
   * @param after the state that it left, {@link Transition#state}
   * @param effects its {@link Transition#effects}
   */
  public static ReservationChange describe(
      ReservationState before,
      PrCommand command,
      Nexus sender,
      ReservationState after,
      List<Effect> effects) {
    return new ReservationChange(
        command.action(),
        sender,
        command.reservationKey(),
        serviceActionKey(command),
        before.generation(),
        after.generation(),
        before.aptpl(),
        after.aptpl(),
        after.registrations().size(),
        keyChanges(before, after),
        before.reservation(),
        after.reservation(),
        effects);
  }

  private static long serviceActionKey(PrCommand command) {
    return switch (command) {
      case PrCommand.Register c -> c.serviceActionKey();
      case PrCommand.RegisterAndIgnoreExistingKey c -> c.serviceActionKey();
      case PrCommand.RegisterAndMove c -> c.serviceActionKey();
      case PrCommand.Preempt c -> c.serviceActionKey();
      case PrCommand.PreemptAndAbort c -> c.serviceActionKey();
      case PrCommand.Reserve _, PrCommand.Release _, PrCommand.Clear _ -> 0;
    };
  }

  /** What became of the registrations from one state to another. */
  public static List<KeyChange> keyChanges(ReservationState before, ReservationState after) {
    List<KeyChange> changes = new ArrayList<>();
    before
        .registrations()
        .forEach(
            (nexus, key) -> {
              long now = after.registrations().getOrDefault(nexus, 0L);
              if (now != key) {
                changes.add(new KeyChange(nexus, key, now));
              }
            });
    after
        .registrations()
        .forEach(
            (nexus, key) -> {
              if (!before.isRegistered(nexus)) {
                changes.add(new KeyChange(nexus, 0, key));
              }
            });
    return changes;
  }

  /** Whether the reservation came, went, moved or changed its type. */
  public boolean isReservationChanged() {
    return !Objects.equals(heldBefore, heldAfter);
  }

  /** The registrations that are gone and were not the sender's own: who was fenced. */
  public List<KeyChange> fenced() {
    return keys.stream()
        .filter(KeyChange::isLoss)
        .filter(change -> !change.nexus().equals(sender))
        .toList();
  }
}
