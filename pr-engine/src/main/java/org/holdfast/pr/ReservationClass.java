package org.holdfast.pr;

/**
 * What a command is to a persistent reservation: the distinct rows of the tables of commands
 * allowed in the presence of reservations (SPC-4 clause 5.13.1, SBC-3 clause 4.17). Every such row
 * is one of these; whoever the reservation favours may send any of them.
 */
public enum ReservationClass {
  /** Never conflicts: INQUIRY, REPORT LUNS, READ CAPACITY, PERSISTENT RESERVE IN and the like. */
  ALWAYS_ALLOWED,

  /**
   * Conflicts under the Exclusive Access types only: READ, VERIFY, MODE SENSE and what else tells
   * of the medium's content or the unit's settings.
   */
  MEDIUM_READ,

  /**
   * Conflicts under every type: WRITE, UNMAP, SYNCHRONIZE CACHE, MODE SELECT, FORMAT UNIT and so
   * on.
   */
  MEDIUM_WRITE,

  /**
   * PERSISTENT RESERVE OUT: the check before the command lets it pass, because {@link
   * ReservationEngine#apply} judges the sender by service action and reservation key.
   */
  JUDGED_BY_ENGINE;

  /** Whether an I_T nexus that the reservation does not favour may send such a command. */
  public boolean isAllowedToOthersUnder(ReservationType type) {
    return switch (this) {
      case ALWAYS_ALLOWED, JUDGED_BY_ENGINE -> true;
      case MEDIUM_READ -> !type.isExclusiveAccess();
      case MEDIUM_WRITE -> false;
    };
  }
}
