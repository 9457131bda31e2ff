package org.holdfast.iscsi.pdu;

/**
 * How the data really moved differs from what was expected (RFC 7143 clause 11.4.5).
 *
 * @param count bytes, unsigned 32 bits; 0 with {@link Kind#NONE}
 */
public record Residual(Kind kind, long count) {
  public static final Residual NONE = new Residual(Kind.NONE, 0);

  /** Flags U and O of responses. */
  public enum Kind {
    NONE,
    UNDERFLOW,
    OVERFLOW
  }

  public Residual {
    if (count < 0 || count > 0xFFFF_FFFFL || (kind == Kind.NONE && count != 0)) {
      throw new IllegalArgumentException("residual " + kind + " " + count);
    }
  }

  /** Compares what the initiator expected with what the command moves or would have moved. */
  public static Residual of(long expected, long actual) {
    if (actual == expected) {
      return NONE;
    }
    return actual < expected
        ? new Residual(Kind.UNDERFLOW, expected - actual)
        : new Residual(Kind.OVERFLOW, Math.min(actual - expected, 0xFFFF_FFFFL));
  }
}
