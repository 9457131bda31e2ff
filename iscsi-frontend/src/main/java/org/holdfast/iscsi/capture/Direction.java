package org.holdfast.iscsi.capture;

/** Which way bytes went, as this target sees it. */
enum Direction {
  RECEIVED(1),
  SENT(2);

  private final int flag;

  Direction(int flag) {
    this.flag = flag;
  }

  /** Bits 0 and 1 of the option epb_flags of pcapng: inbound or outbound. */
  int flag() {
    return flag;
  }
}
