package org.holdfast.pr;

import java.util.Optional;

/** SERVICE ACTION of PERSISTENT RESERVE IN (SPC-4 clause 6.15.1). */
public enum PrInServiceAction {
  READ_KEYS(0x00),
  READ_RESERVATION(0x01),
  REPORT_CAPABILITIES(0x02),
  READ_FULL_STATUS(0x03);

  private final int code;

  PrInServiceAction(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * Finds a service action by its code.
   *
   * @param code SERVICE ACTION field, 0..31
   * @return nothing for a reserved service action
   */
  public static Optional<PrInServiceAction> of(int code) {
    for (PrInServiceAction action : values()) {
      if (action.code == code) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }
}
