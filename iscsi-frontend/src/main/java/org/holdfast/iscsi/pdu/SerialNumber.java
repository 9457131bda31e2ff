package org.holdfast.iscsi.pdu;

/**
 * Serial arithmetic on 32 bits (RFC 1982, RFC 7143 clause 4.2.2.1): CmdSN, StatSN, DataSN and R2TSN
 * wrap, so they are ints here and are never compared with {@code <}.
 */
public final class SerialNumber {
  private SerialNumber() {}

  /**
   * Negative, zero or positive as {@code a} is before, equal to or after {@code b}. Numbers exactly
   * 2^31 apart have no order; each counts as before the other.
   */
  public static int compare(int a, int b) {
    return Integer.signum(a - b);
  }

  public static boolean before(int a, int b) {
    return a - b < 0;
  }

  public static boolean after(int a, int b) {
    return b - a < 0;
  }

  /**
   * Whether {@code n} lies in the window {@code [first, last]}; empty when last is before first.
   */
  public static boolean within(int n, int first, int last) {
    return !before(n, first) && !after(n, last);
  }

  public static int next(int n) {
    return n + 1;
  }
}
