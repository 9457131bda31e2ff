package org.holdfast.vms.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class HistogramTest {
  private final Histogram histogram = new Histogram();

  @Test
  void smallValuesAreExact() {
    for (int value = 1; value <= 100; value++) {
      histogram.record(value);
    }
    assertThat(histogram.percentile(0.5)).isEqualTo(50);
    assertThat(histogram.percentile(0.99)).isEqualTo(99);
    assertThat(histogram.percentile(1)).isEqualTo(100);
  }

  @Test
  void everyPercentileIsWithinOnePointSixPercent() {
    long seed = 20_261_121;
    Random random = new Random(seed);
    long[] values = new long[100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) Math.exp(random.nextDouble() * 30);
      histogram.record(values[i]);
    }
    Arrays.sort(values);
    for (double share : new double[] {0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1}) {
      long exact = values[(int) Math.ceil(share * values.length) - 1];
      assertThat((double) histogram.percentile(share))
          .as("share %s, seed %d", share, seed)
          .isCloseTo((double) exact, Percentage.withPercentage(1.6));
    }
  }

  @Test
  void everyPowerOfTwoHasItsOwnBuckets() {
    for (int bit = 0; bit < Long.SIZE - 1; bit++) {
      histogram.clear();
      histogram.record(1L << bit);
      assertThat((double) histogram.percentile(1))
          .as("2 to the power of %d", bit)
          .isCloseTo((double) (1L << bit), within((1L << bit) * 0.016));
    }
  }

  @Test
  void extremesHaveTheirPlace() {
    histogram.record(Long.MAX_VALUE);
    histogram.record(-5);
    assertThat(histogram.total()).isEqualTo(2);
    assertThat(histogram.percentile(0.5)).isZero();
    assertThat((double) histogram.percentile(1))
        .isCloseTo((double) Long.MAX_VALUE, Percentage.withPercentage(1.6));
  }

  @Test
  void nothingRecordedIsZero() {
    assertThat(histogram.percentile(0.5)).isZero();
    assertThatThrownBy(() -> histogram.percentile(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
