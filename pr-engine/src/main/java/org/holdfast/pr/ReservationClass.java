package org.holdfast.pr;

/**
 * What a command is to a reservation: the distinct rows of the tables of commands allowed in the
 * presence of reservations (SPC-4 clause 5.13.1, SBC-3 clause 4.17; SPC-2 clause 5.5.1 for
 * RESERVE). Every such row is one of these. Whoever a persistent reservation favours may send any
 * of them.
 */
public enum ReservationClass {
  /** Never conflicts: INQUIRY, REPORT LUNS, REQUEST SENSE, READ CAPACITY and the like. */
  ALWAYS_ALLOWED(Under.NOTHING, Legacy.EVERYBODY),

  /** Conflicts with another's RESERVE only: TEST UNIT READY. */
  ALLOWED_UNDER_PERSISTENT(Under.NOTHING, Legacy.HOLDER),

  /**
   * PERSISTENT RESERVE IN: never conflicts with a persistent reservation, and always with RESERVE,
   * the holder's own included (SPC-2 clause 7.12).
   */
  PERSISTENT_RESERVE_IN(Under.NOTHING, Legacy.NOBODY),

  /**
   * Conflicts under the Exclusive Access types only: READ, VERIFY, MODE SENSE and what else tells
   * of the medium's content or the unit's settings.
   */
  MEDIUM_READ(Under.EXCLUSIVE_ACCESS, Legacy.HOLDER),

  /**
   * Conflicts under every type: WRITE, UNMAP, SYNCHRONIZE CACHE, MODE SELECT, FORMAT UNIT and so
   * on.
   */
  MEDIUM_WRITE(Under.EVERY_TYPE, Legacy.HOLDER),

  /**
   * PERSISTENT RESERVE OUT, RESERVE and RELEASE: the check before the command lets them pass,
   * because {@link ReservationEngine} and {@link LegacyReservations} judge the sender.
   */
  JUDGED_BY_ENGINE(Under.NOTHING, Legacy.EVERYBODY);

  /** Which persistent reservations keep the command from those they do not favour. */
  private enum Under {
    NOTHING,
    EXCLUSIVE_ACCESS,
    EVERY_TYPE
  }

  /** Who may send the command while RESERVE of SPC-2 is in effect. */
  private enum Legacy {
    EVERYBODY,
    HOLDER,
    NOBODY
  }

  private final Under conflictsUnder;
  private final Legacy legacy;

  ReservationClass(Under conflictsUnder, Legacy legacy) {
    this.conflictsUnder = conflictsUnder;
    this.legacy = legacy;
  }

  /** Whether an I_T nexus that the reservation does not favour may send such a command. */
  public boolean isAllowedToOthersUnder(ReservationType type) {
    return switch (conflictsUnder) {
      case NOTHING -> true;
      case EXCLUSIVE_ACCESS -> !type.isExclusiveAccess();
      case EVERY_TYPE -> false;
    };
  }

  /** Whether an I_T nexus may send such a command while another holds it with RESERVE. */
  public boolean isAllowedToOthersUnderLegacy() {
    return legacy == Legacy.EVERYBODY;
  }

  /** Whether the I_T nexus that sent RESERVE may send such a command. */
  public boolean isAllowedToLegacyHolder() {
    return legacy != Legacy.NOBODY;
  }
}
