package org.holdfast.vms.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** Of a few values. */
final class Statistics {
  private Statistics() {}

  /** The middle one, or the mean of the two in the middle; empty for no values. */
  static OptionalDouble median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int size = sorted.size();
    if (size == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of((sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2);
  }

  static <T> OptionalDouble median(List<T> of, ToDoubleFunction<T> value) {
    return median(of.stream().map(value::applyAsDouble).toList());
  }

  /** Median, lowest and highest of one list's values divided by another's, round by round. */
  record Ratio(double ofMedians, double lowest, double highest) {}

  /** Of the rounds that both have; null when there is none. */
  static Ratio ratio(List<Double> ours, List<Double> theirs) {
    int rounds = Math.min(ours.size(), theirs.size());
    if (rounds == 0) {
      return null;
    }
    double lowest = Double.MAX_VALUE;
    double highest = 0;
    for (int i = 0; i < rounds; i++) {
      double ratio = ours.get(i) / theirs.get(i);
      lowest = Math.min(lowest, ratio);
      highest = Math.max(highest, ratio);
    }
    return new Ratio(median(ours).getAsDouble() / median(theirs).getAsDouble(), lowest, highest);
  }
}
