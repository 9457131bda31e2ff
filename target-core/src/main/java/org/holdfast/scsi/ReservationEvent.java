package org.holdfast.scsi;

import java.util.List;
import java.util.Map;
import org.holdfast.pr.Effect;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.ReservationChange;
import org.holdfast.pr.ReservationState;
import org.jspecify.annotations.Nullable;

/** Something that changed a logical unit's reservations, for its {@link ReservationJournal}. */
public sealed interface ReservationEvent {
  /** Where the session that caused it comes from: {@code 192.0.2.7:49152}. */
  String address();

  /**
   * PERSISTENT RESERVE OUT.
   *
   * @param aborted how many commands of whom PREEMPT AND ABORT has aborted; nobody with none
   */
  record Persistent(ReservationChange change, Map<Nexus, Integer> aborted, String address)
      implements ReservationEvent {
    public Persistent {
      aborted = Map.copyOf(aborted);
    }
  }

  /**
   * RESERVE of SPC-2 began or ended.
   *
   * @param by who sent the command or the task management function, or was lost
   * @param before the holder, or null
   * @param after the holder, or null
   */
  record Legacy(
      LegacyCause cause, Nexus by, @Nullable Nexus before, @Nullable Nexus after, String address)
      implements ReservationEvent {}

  /**
   * The administrator has cleared it.
   *
   * @param effects who was told
   */
  record Cleared(ReservationState before, ReservationState after, List<Effect> effects)
      implements ReservationEvent {
    public Cleared {
      effects = List.copyOf(effects);
    }

    @Override
    public String address() {
      return "control API";
    }
  }

  /** What changes a reservation of SPC-2. */
  enum LegacyCause {
    SPC_2_RESERVE,
    SPC_2_RELEASE,
    /** LOGICAL UNIT RESET or one of a wider reach. */
    RESET,
    /** Logout, or the connection is gone. */
    I_T_NEXUS_LOSS
  }
}
