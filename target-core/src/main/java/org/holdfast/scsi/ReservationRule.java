package org.holdfast.scsi;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.holdfast.pr.ReservationClass;

/** What a persistent reservation means for a command (SPC-4 table 41, SBC-3 table 9). */
public sealed interface ReservationRule {
  /** The class of the command with this CDB. */
  ReservationClass classOf(Cdb cdb);

  /** Every class that this command can have, for the generated table. */
  List<Case> cases();

  /**
   * A class and when it applies.
   *
   * @param when the condition on the CDB in words, empty when there is none
   * @param reservationClass what then applies
   */
  record Case(String when, ReservationClass reservationClass) {}

  /** The same class whatever the CDB says. */
  record Always(ReservationClass reservationClass) implements ReservationRule {
    public Always {
      Objects.requireNonNull(reservationClass, "no reservation class");
    }

    @Override
    public ReservationClass classOf(Cdb cdb) {
      return reservationClass;
    }

    @Override
    public List<Case> cases() {
      return List.of(new Case("", reservationClass));
    }
  }

  /** A class that depends on the CDB; {@code choice} returns the class of one of {@code cases}. */
  record ByCdb(List<Case> cases, Function<Cdb, ReservationClass> choice)
      implements ReservationRule {
    public ByCdb {
      cases = List.copyOf(cases);
      if (cases.size() < 2) {
        throw new IllegalArgumentException("a choice has at least two cases: " + cases);
      }
    }

    @Override
    public ReservationClass classOf(Cdb cdb) {
      return choice.apply(cdb);
    }
  }

  static ReservationRule always(ReservationClass reservationClass) {
    return new Always(reservationClass);
  }
}
