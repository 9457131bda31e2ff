package org.holdfast.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.holdfast.iscsi.login.IscsiName;
import tools.jackson.databind.JsonNode;

/**
 * What a key may hold. LIO writes one value as number, boolean or text depending on who saved it,
 * so a scalar is read in all of these forms and kept as canonical text: {@code true}/{@code false}
 * for flags, decimal digits for numbers.
 */
public sealed interface ValueType {
  /** What the user is told when a value does not fit: "a whole number from 0 to 65535". */
  String expected();

  /**
   * A value of this type that is held as text; lists and sections are read by the cursor instead.
   */
  sealed interface Scalar extends ValueType {
    /** The canonical text of {@code value}, or empty when it does not fit. */
    Optional<String> read(JsonNode value);

    /** The value may be shown in messages. */
    default boolean printable() {
      return true;
    }
  }

  /**
   * Text of a certain form.
   *
   * @param what what is expected, for messages
   * @param pattern the whole text matches it
   */
  record Text(String what, Pattern pattern) implements Scalar {
    @Override
    public String expected() {
      return what;
    }

    @Override
    public Optional<String> read(JsonNode value) {
      return value.isValueNode()
          ? Optional.of(value.asString()).filter(text -> pattern.matcher(text).matches())
          : Optional.empty();
    }
  }

  /** Text that never appears in a message. */
  record Secret() implements Scalar {
    @Override
    public String expected() {
      return "text";
    }

    @Override
    public Optional<String> read(JsonNode value) {
      return value.isString() ? Optional.of(value.asString()) : Optional.empty();
    }

    @Override
    public boolean printable() {
      return false;
    }
  }

  /** An integer in {@code min..max}, as a number or as decimal digits in text. */
  record Whole(long min, long max) implements Scalar {
    private static final Pattern DIGITS = Pattern.compile("-?[0-9]{1,18}");

    @Override
    public String expected() {
      return max == Long.MAX_VALUE
          ? "a whole number, at least " + min
          : "a whole number from " + min + " to " + max;
    }

    @Override
    public Optional<String> read(JsonNode value) {
      if (!value.isIntegralNumber() && !value.isString()) {
        return Optional.empty();
      }
      return Optional.of(value.asString().strip())
          .filter(text -> DIGITS.matcher(text).matches())
          .map(Long::valueOf)
          .filter(number -> number >= min && number <= max)
          .map(String::valueOf);
    }
  }

  /** True or false, also written 1/0, "yes"/"no". */
  record Flag() implements Scalar {
    @Override
    public String expected() {
      return "true or false (or 1 or 0)";
    }

    @Override
    public Optional<String> read(JsonNode value) {
      if (!value.isValueNode()) {
        return Optional.empty();
      }
      return switch (value.asString().strip().toLowerCase(Locale.ROOT)) {
        case "true", "1", "yes" -> Optional.of("true");
        case "false", "0", "no" -> Optional.of("false");
        default -> Optional.empty();
      };
    }
  }

  /** One of a few words or numbers. */
  record Choice(List<String> words) implements Scalar {
    public Choice {
      words = List.copyOf(words);
    }

    @Override
    public String expected() {
      return String.join(" or ", words);
    }

    @Override
    public Optional<String> read(JsonNode value) {
      return value.isValueNode()
          ? Optional.of(value.asString()).filter(words::contains)
          : Optional.empty();
    }
  }

  /** An iSCSI name; its canonical text is the one spelling by which names are compared. */
  record NodeName() implements Scalar {
    @Override
    public String expected() {
      return "an iSCSI name such as iqn.2026-11.org.example:disk1";
    }

    @Override
    public Optional<String> read(JsonNode value) {
      return value.isString() ? IscsiName.normalise(value.asString()) : Optional.empty();
    }
  }

  /** A list of objects. */
  record Objects() implements ValueType {
    @Override
    public String expected() {
      return "a list of objects";
    }
  }

  /** One object. */
  record Section() implements ValueType {
    @Override
    public String expected() {
      return "an object";
    }
  }

  /** Whatever it is, nothing below it is looked at. */
  record Anything() implements ValueType {
    @Override
    public String expected() {
      return "anything";
    }
  }

  static ValueType objects() {
    return new Objects();
  }

  static ValueType section() {
    return new Section();
  }

  static ValueType anything() {
    return new Anything();
  }

  static ValueType flag() {
    return new Flag();
  }

  static ValueType whole(long min, long max) {
    return new Whole(min, max);
  }

  static ValueType choice(String... words) {
    return new Choice(List.of(words));
  }

  /** A text that matches {@code pattern} as a whole; {@code what} says so in messages. */
  static ValueType text(String what, String pattern) {
    return new Text(what, Pattern.compile(pattern));
  }
}
