package org.holdfast.backstore;

import java.util.LinkedHashMap;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.Reservation;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.ReservationType;
import org.holdfast.pr.TargetPort;

/** Reservation tables for tests. */
final class Tables {
  static final String UNIT = "600140512345678890abcdef01234567";
  static final TargetPort PORT = new TargetPort("iqn.2026-11.org.holdfast:test", 1, 1);

  private Tables() {}

  static Nexus nexus(int number) {
    return new Nexus(new InitiatorPort("iqn.1994-05.com.example:node" + number, number), PORT);
  }

  /** Nodes 1..{@code registrants} with keys of their number; the first holds a reservation. */
  static ReservationState of(int registrants) {
    LinkedHashMap<Nexus, Long> registrations = new LinkedHashMap<>();
    for (int number = 1; number <= registrants; number++) {
      registrations.put(nexus(number), (long) number);
    }
    Reservation held = new Reservation(ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY, nexus(1));
    return new ReservationState(registrations, held, registrants, true);
  }
}
