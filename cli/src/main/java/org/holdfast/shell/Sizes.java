package org.holdfast.shell;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes in bytes as people write them: powers of 1024, {@code 10G}, {@code 10GB}, {@code 10GiB}.
 */
final class Sizes {
  private static final String UNITS = "KMGTP";
  private static final Pattern SIZE =
      Pattern.compile("([0-9]{1,18})\\s*(?:([KMGTP])(?:i?B)?|B)?", Pattern.CASE_INSENSITIVE);

  static final String EXPECTED = "a size such as 512M, 10G, 2T or a number of bytes";

  private Sizes() {}

  /** Bytes; empty when it is no size or more than fits 63 bits. */
  static Optional<Long> parse(String text) {
    Matcher parts = SIZE.matcher(text.strip());
    if (!parts.matches()) {
      return Optional.empty();
    }
    int exponent =
        parts.group(2) == null ? 0 : UNITS.indexOf(parts.group(2).toUpperCase(Locale.ROOT)) + 1;
    try {
      return Optional.of(Math.multiplyExact(Long.parseLong(parts.group(1)), 1L << (10 * exponent)));
    } catch (ArithmeticException _) {
      return Optional.empty();
    }
  }

  /** {@code 10.0GiB}; below one KiB {@code 512B}. */
  static String format(long bytes) {
    double value = bytes;
    int exponent = 0;
    while (value >= 1024 && exponent < UNITS.length()) {
      value /= 1024;
      exponent++;
    }
    return exponent == 0
        ? bytes + "B"
        : String.format(Locale.ROOT, "%.1f%ciB", value, UNITS.charAt(exponent - 1));
  }
}
