package org.holdfast.pr;

import java.util.Optional;

/**
 * SERVICE ACTION of PERSISTENT RESERVE OUT (SPC-4 clause 6.16.2), those that are implemented.
 * REPLACE LOST RESERVATION (08h) gets INVALID FIELD IN CDB: a table that is lost takes the logical
 * unit offline here and is never answered with LOST RESERVATION.
 */
public enum PrOutServiceAction {
  REGISTER(0x00),
  RESERVE(0x01),
  RELEASE(0x02),
  CLEAR(0x03),
  PREEMPT(0x04),
  PREEMPT_AND_ABORT(0x05),
  REGISTER_AND_IGNORE_EXISTING_KEY(0x06),
  REGISTER_AND_MOVE(0x07);

  private final int code;

  PrOutServiceAction(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * Finds a service action by its code.
   *
   * @param code SERVICE ACTION field, 0..31
   * @return nothing for a service action that is not implemented
   */
  public static Optional<PrOutServiceAction> of(int code) {
    for (PrOutServiceAction action : values()) {
      if (action.code == code) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }
}
