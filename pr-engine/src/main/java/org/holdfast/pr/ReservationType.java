package org.holdfast.pr;

import java.util.Locale;
import java.util.Optional;

/**
 * TYPE of a persistent reservation (SPC-4 clause 6.15.3.4). The codes 0, 2, 4 and 9h..Fh are
 * obsolete or reserved and have no constant here.
 */
public enum ReservationType {
  WRITE_EXCLUSIVE(0x1, Access.WRITE, Sharing.HOLDER),
  EXCLUSIVE_ACCESS(0x3, Access.READ_AND_WRITE, Sharing.HOLDER),
  WRITE_EXCLUSIVE_REGISTRANTS_ONLY(0x5, Access.WRITE, Sharing.REGISTRANTS),
  EXCLUSIVE_ACCESS_REGISTRANTS_ONLY(0x6, Access.READ_AND_WRITE, Sharing.REGISTRANTS),
  WRITE_EXCLUSIVE_ALL_REGISTRANTS(0x7, Access.WRITE, Sharing.ALL_REGISTRANTS_HOLD),
  EXCLUSIVE_ACCESS_ALL_REGISTRANTS(0x8, Access.READ_AND_WRITE, Sharing.ALL_REGISTRANTS_HOLD);

  /** What the reservation keeps to those it favours. */
  private enum Access {
    WRITE,
    READ_AND_WRITE
  }

  /** Whom the reservation favours. */
  private enum Sharing {
    HOLDER,
    REGISTRANTS,
    ALL_REGISTRANTS_HOLD
  }

  private static final ReservationType[] BY_CODE = new ReservationType[16];

  static {
    for (ReservationType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;
  private final Access access;
  private final Sharing sharing;

  ReservationType(int code, Access access, Sharing sharing) {
    this.code = code;
    this.access = access;
    this.sharing = sharing;
  }

  /** The TYPE field's value, 1..8. */
  public int code() {
    return code;
  }

  /** The type's name in words: {@code write exclusive registrants only}. */
  public String words() {
    return name().replace('_', ' ').toLowerCase(Locale.ROOT);
  }

  /** True when reading, too, is kept from those without access (Exclusive Access types). */
  public boolean isExclusiveAccess() {
    return access == Access.READ_AND_WRITE;
  }

  /** True when every registered I_T nexus has access, not only the holder (types 5 to 8). */
  public boolean isSharedByRegistrants() {
    return sharing != Sharing.HOLDER;
  }

  /** True when every registered I_T nexus is a reservation holder (types 7 and 8). */
  public boolean isHeldByAllRegistrants() {
    return sharing == Sharing.ALL_REGISTRANTS_HOLD;
  }

  /**
   * Finds a type by its code.
   *
   * @param code the TYPE field, 0..15
   * @return nothing for a code that is obsolete or reserved
   */
  public static Optional<ReservationType> of(int code) {
    return Optional.ofNullable(BY_CODE[code & 0xF]);
  }
}
