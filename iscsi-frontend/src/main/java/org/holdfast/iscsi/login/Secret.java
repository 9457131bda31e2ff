package org.holdfast.iscsi.login;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A CHAP secret. It can be used and compared, but not read back: it is in no log, message or {@code
 * toString}. Immutable.
 */
public final class Secret {
  /** RFC 7143 clause 12.1.3: 96 bits at least, without IPsec. */
  public static final int SHORTEST = 12;

  /** RFC 7143 clause 12.1.3 wants 16 bytes to work; some initiators take no more. */
  public static final int LONGEST = 16;

  private final byte[] bytes;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A secret.
   *
   * @param bytes copied
   * @throws IllegalArgumentException when it is not {@value #SHORTEST} to {@value #LONGEST} bytes
   *     long; the message tells its length and nothing else of it
   */
  public static Secret of(byte[] bytes) {
    if (bytes.length < SHORTEST || bytes.length > LONGEST) {
      throw new IllegalArgumentException(
          "a CHAP secret of "
              + bytes.length
              + " bytes; it must have "
              + SHORTEST
              + " to "
              + LONGEST
              + " (RFC 7143 clause 12.1.3): choose another one and set it at the initiator, too");
    }
    return new Secret(bytes.clone());
  }

  /** The response to a challenge: a digest of identifier, secret and challenge (RFC 1994). */
  byte[] response(ChapAlgorithm algorithm, int identifier, byte[] challenge) {
    MessageDigest digest = algorithm.digest();
    digest.update((byte) identifier);
    digest.update(bytes);
    digest.update(challenge);
    return digest.digest();
  }

  /** Takes the same time wherever the first difference is. */
  boolean sameAs(Secret other) {
    return MessageDigest.isEqual(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && sameAs(secret);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
