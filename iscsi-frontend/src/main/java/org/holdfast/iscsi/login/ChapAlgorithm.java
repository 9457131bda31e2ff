package org.holdfast.iscsi.login;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Digests for CHAP, by their registered numbers (RFC 7143 clause 12.1.1, IANA's PPP numbers). */
public enum ChapAlgorithm {
  MD5(5, "MD5"),
  SHA1(6, "SHA-1"),
  SHA256(7, "SHA-256"),
  SHA3_256(8, "SHA3-256");

  private final int number;
  private final String title;

  ChapAlgorithm(int number, String title) {
    this.number = number;
    this.title = title;
  }

  /** The number in {@code CHAP_A}. */
  int number() {
    return number;
  }

  /** As it is written in configurations and messages, and as the JDK calls it. */
  public String title() {
    return title;
  }

  /** The one that is called so. */
  public static Optional<ChapAlgorithm> titled(String title) {
    return Arrays.stream(values()).filter(one -> one.title.equals(title)).findFirst();
  }

  /** The first of the initiator's list that is allowed: the order is its preference. */
  static Optional<ChapAlgorithm> choose(String list, List<ChapAlgorithm> allowed) {
    return Arrays.stream(list.split(",", -1))
        .flatMap(text -> ValueType.Numeric.parse(text.strip()).stream().boxed())
        .flatMap(number -> allowed.stream().filter(one -> one.number == number))
        .findFirst();
  }

  MessageDigest digest() {
    try {
      return MessageDigest.getInstance(title);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + title, e);
    }
  }
}
