package org.holdfast.iscsi.login;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a key's value looks like and how two sides' values become one (RFC 7143 clause 6.1 and 6.2).
 */
public sealed interface ValueType {
  /** Whether {@code value} is admissible as an offer or a declaration. */
  boolean admits(String value);

  /**
   * What both sides use after the initiator offered {@code offered}, which {@link #admits} passed.
   *
   * @return empty when the two have nothing in common: the answer is Reject
   */
  Optional<String> combine(String offered, String ours);

  /** A declaration is stated, not answered (RFC 7143 clause 6.2.2). */
  boolean declared();

  /** The admissible values in words, for messages and the generated page. */
  String range();

  /** The combining rule in words, for the generated page. */
  String rule();

  /** Yes or No; the result is the AND or the OR of both. */
  record Bool(BoolRule operator) implements ValueType {
    @Override
    public boolean admits(String value) {
      return value.equals(KeySpec.YES) || value.equals(KeySpec.NO);
    }

    @Override
    public Optional<String> combine(String offered, String ours) {
      String decisive = operator == BoolRule.AND ? KeySpec.NO : KeySpec.YES;
      return Optional.of(offered.equals(decisive) ? offered : ours);
    }

    @Override
    public boolean declared() {
      return false;
    }

    @Override
    public String range() {
      return "Yes or No";
    }

    @Override
    public String rule() {
      return operator.name();
    }
  }

  /** How two booleans combine. */
  enum BoolRule {
    AND,
    OR
  }

  /** An unsigned number, decimal or {@code 0x} hexadecimal. */
  record Numeric(long min, long max, NumberRule operator) implements ValueType {
    @Override
    public boolean admits(String value) {
      OptionalLong number = parse(value);
      return number.isPresent() && number.getAsLong() >= min && number.getAsLong() <= max;
    }

    @Override
    public Optional<String> combine(String offered, String ours) {
      long a = parse(offered).orElseThrow();
      long b = parse(ours).orElseThrow();
      long result =
          switch (operator) {
            case MINIMUM -> Math.min(a, b);
            case MAXIMUM -> Math.max(a, b);
            case DECLARED -> a;
          };
      return Optional.of(Long.toString(result));
    }

    @Override
    public boolean declared() {
      return operator == NumberRule.DECLARED;
    }

    @Override
    public String range() {
      return "a number from " + min + " to " + max;
    }

    @Override
    public String rule() {
      return operator.name().toLowerCase(Locale.ROOT);
    }

    /** The value of a numeric constant below 2^60; empty when it is none. */
    static OptionalLong parse(String value) {
      boolean hex = value.startsWith("0x") || value.startsWith("0X");
      String digits = hex ? value.substring(2) : value;
      boolean shaped = hex ? digits.matches("[0-9a-fA-F]{1,15}") : digits.matches("[0-9]{1,18}");
      return shaped ? OptionalLong.of(Long.parseLong(digits, hex ? 16 : 10)) : OptionalLong.empty();
    }
  }

  /** How two numbers combine. */
  enum NumberRule {
    MINIMUM,
    MAXIMUM,
    DECLARED
  }

  /** A comma-separated list in the order of preference; the first offer that we support wins. */
  record Choice(List<String> known) implements ValueType {
    public Choice {
      known = List.copyOf(known);
    }

    /** Values that are not known are skipped by {@link #combine}, so any non-empty list will do. */
    @Override
    public boolean admits(String value) {
      return !value.isEmpty();
    }

    @Override
    public Optional<String> combine(String offered, String ours) {
      List<String> supported = split(ours);
      return split(offered).stream().filter(supported::contains).findFirst();
    }

    @Override
    public boolean declared() {
      return false;
    }

    @Override
    public String range() {
      return "a list of " + String.join(", ", known);
    }

    @Override
    public String rule() {
      return "first of the initiator's list that is in ours";
    }

    static List<String> split(String list) {
      return Arrays.stream(list.split(",", -1)).map(String::strip).toList();
    }
  }

  /** One of a few words, stated by one side. */
  record Word(List<String> known) implements ValueType {
    public Word {
      known = List.copyOf(known);
    }

    @Override
    public boolean admits(String value) {
      return known.contains(value);
    }

    @Override
    public Optional<String> combine(String offered, String ours) {
      return Optional.of(offered);
    }

    @Override
    public boolean declared() {
      return true;
    }

    @Override
    public String range() {
      return String.join(" or ", known);
    }

    @Override
    public String rule() {
      return "declared";
    }
  }

  /** Free text, stated by one side. */
  record Text(int maxBytes) implements ValueType {
    @Override
    public boolean admits(String value) {
      return value.getBytes(StandardCharsets.UTF_8).length <= maxBytes;
    }

    @Override
    public Optional<String> combine(String offered, String ours) {
      return Optional.of(offered);
    }

    @Override
    public boolean declared() {
      return true;
    }

    @Override
    public String range() {
      return "text of at most " + maxBytes + " bytes";
    }

    @Override
    public String rule() {
      return "declared";
    }
  }

  /** A key of RFC 3720 that RFC 7143 clause 13.25 retired, with the one answer left to it. */
  record Obsolete(String answer) implements ValueType {
    @Override
    public boolean admits(String value) {
      return true;
    }

    @Override
    public Optional<String> combine(String offered, String ours) {
      return Optional.of(answer);
    }

    @Override
    public boolean declared() {
      return false;
    }

    @Override
    public String range() {
      return "anything";
    }

    @Override
    public String rule() {
      return "always answered " + answer;
    }
  }
}
