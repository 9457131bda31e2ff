package org.holdfast.vms.initiator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the raw initiator authenticates (RFC 7143 clause 12.1).
 *
 * @param user CHAP_N
 * @param secret ASCII
 * @param algorithm the one that is offered, by its registered number
 */
public record RawChap(String user, String secret, int algorithm) {
  /** What answers the target's CHAP_A, CHAP_I and CHAP_C. */
  public Map<String, String> response(Map<String, String> challenge) throws IOException {
    if (!Integer.toString(algorithm).equals(challenge.get("CHAP_A"))) {
      throw new IOException("algorithm " + algorithm + " was offered, the answer is " + challenge);
    }
    MessageDigest digest = digest();
    digest.update((byte) Integer.parseInt(challenge.get("CHAP_I")));
    digest.update(secret.getBytes(StandardCharsets.US_ASCII));
    digest.update(HexFormat.of().parseHex(challenge.get("CHAP_C").substring("0x".length())));
    Map<String, String> answer = new LinkedHashMap<>();
    answer.put("CHAP_N", user);
    answer.put("CHAP_R", "0x" + HexFormat.of().formatHex(digest.digest()));
    return answer;
  }

  private MessageDigest digest() throws IOException {
    String name =
        switch (algorithm) {
          case 5 -> "MD5";
          case 6 -> "SHA-1";
          case 7 -> "SHA-256";
          case 8 -> "SHA3-256";
          default -> throw new IOException("no digest has the number " + algorithm);
        };
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
  }
}
