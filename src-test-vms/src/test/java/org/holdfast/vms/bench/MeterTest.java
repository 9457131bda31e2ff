package org.holdfast.vms.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Iterator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class MeterTest {
  private static final double QUIET = 0.02;
  private static final double DISTURBED = 0.5;

  /** Measurements with others as busy as that, one after the other. */
  private static Sample measured(double... others) throws IOException {
    Iterator<Double> next = DoubleStream.of(others).iterator();
    Sample sample =
        Meter.undisturbed(
            thrownAway -> new Sample(10, 40_960, 50, 90, 12.5, 0.5, next.next(), thrownAway));
    assertThat(next).as("all of them were taken").isExhausted();
    return sample;
  }

  @Test
  void anUndisturbedMeasurementStands() throws IOException {
    assertThat(measured(QUIET).thrownAway()).isZero();
  }

  @Test
  void aDisturbedOneIsTakenAgain() throws IOException {
    Sample sample = measured(DISTURBED, DISTURBED, QUIET);
    assertThat(sample.others()).isEqualTo(QUIET);
    assertThat(sample.thrownAway()).isEqualTo(2);
  }

  @Test
  void afterThreeTheLastOneStands() throws IOException {
    Sample sample = measured(DISTURBED, DISTURBED, DISTURBED, DISTURBED);
    assertThat(sample.isDisturbed()).isTrue();
    assertThat(sample.thrownAway()).isEqualTo(3);
  }
}
