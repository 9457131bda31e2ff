package org.holdfast.vms.bench;

import java.util.Locale;
import java.util.OptionalDouble;

/** How numbers are written. */
final class Figures {
  static final String NONE = "–";

  private Figures() {}

  /** With so many decimals, or a dash. */
  static String of(OptionalDouble value, int decimals) {
    return value.isPresent() ? of(value.getAsDouble(), decimals) : NONE;
  }

  static String of(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  /** Three digits that count: 85.2k, 4.40k, 383k. */
  static String brief(OptionalDouble value) {
    if (value.isEmpty()) {
      return NONE;
    }
    double number = value.getAsDouble();
    if (number < 1000) {
      return of(number, 0);
    }
    double thousands = number / 1000;
    return of(thousands, thousands < 10 ? 2 : thousands < 100 ? 1 : 0) + "k";
  }

  /** With its range over the rounds. */
  static String of(Statistics.Ratio ratio) {
    return ratio == null
        ? NONE
        : String.format(
            Locale.ROOT, "%.2f (%.2f–%.2f)", ratio.ofMedians(), ratio.lowest(), ratio.highest());
  }
}
