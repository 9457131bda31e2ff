package org.holdfast.pr;

import java.util.Collection;
import java.util.List;

/** What has to happen to somebody before a PERSISTENT RESERVE OUT command may be answered. */
public sealed interface Effect {
  Nexus nexus();

  /** Post this unit attention for the I_T nexus. */
  record UnitAttention(Nexus nexus, Notice notice) implements Effect {}

  /**
   * Abort all commands of the I_T nexus (SPC-4 clause 5.13.11.2.6), except the PREEMPT AND ABORT
   * itself when its own sender is named.
   */
  record AbortTasks(Nexus nexus) implements Effect {}

  /** Unit attention conditions about reservations, by ADDITIONAL SENSE CODE and QUALIFIER. */
  enum Notice {
    /** 2A/03 */
    RESERVATIONS_PREEMPTED,
    /** 2A/04 */
    RESERVATIONS_RELEASED,
    /** 2A/05 */
    REGISTRATIONS_PREEMPTED
  }

  /** {@code notice} for each of {@code nexuses}, in their order. */
  static List<Effect> attention(Collection<Nexus> nexuses, Notice notice) {
    return nexuses.stream().<Effect>map(nexus -> new UnitAttention(nexus, notice)).toList();
  }
}
