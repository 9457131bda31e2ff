package org.holdfast.iscsi.login;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of an initiator that has to authenticate by CHAP (RFC 7143 clause 12.1).
 *
 * @param initiator what it has to know
 * @param target what we show when it asks for that: mutual authentication; without it we refuse
 * @param allowed algorithms; the initiator's order decides among them
 */
public record Chap(
    Credentials initiator, Optional<Credentials> target, List<ChapAlgorithm> allowed) {
  /** Every algorithm there is. */
  public static final List<ChapAlgorithm> ALL = List.of(ChapAlgorithm.values());

  /**
   * Checks what clause 12.1.3 demands of the two secrets.
   *
   * @throws IllegalArgumentException when both are the same, or no algorithm is allowed
   */
  public Chap {
    allowed = List.copyOf(allowed);
    if (allowed.isEmpty()) {
      throw new IllegalArgumentException("no CHAP algorithm is allowed; nobody could log in");
    }
    if (target.isPresent() && target.get().secret().sameAs(initiator.secret())) {
      throw new IllegalArgumentException(
          "the same CHAP secret in both directions, which RFC 7143 clause 12.1.3 forbids: choose"
              + " another one for one of them");
    }
  }

  /** Nobody passes: a secret that nobody knows. */
  public static Chap locked() {
    byte[] unknown = new byte[Secret.LONGEST];
    new SecureRandom().nextBytes(unknown);
    return new Chap(new Credentials("", Secret.of(unknown)), Optional.empty(), ALL);
  }

  /**
   * A name and what goes with it.
   *
   * @param user CHAP_N
   */
  public record Credentials(String user, Secret secret) {}
}
