package org.holdfast.pr;

/** Reservation keys as text. */
final class Keys {
  private Keys() {}

  /** All eight bytes, as {@code sg_persist} shows them but for leading zeros: {@code 0x…}. */
  static String text(long key) {
    return String.format("0x%016x", key);
  }
}
