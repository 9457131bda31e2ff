package org.holdfast.vms.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void median() {
    assertThat(Statistics.median(List.of())).isEmpty();
    assertThat(Statistics.median(List.of(3.0, 1.0, 9.0))).hasValue(3);
    assertThat(Statistics.median(List.of(4.0, 1.0, 9.0, 2.0))).hasValue(3);
  }

  @Test
  void aRatioIsOfTheMediansWithTheRangeOfTheRounds() {
    assertThat(Statistics.ratio(List.of(10.0, 30.0, 20.0), List.of(10.0, 10.0, 5.0)))
        .isEqualTo(new Statistics.Ratio(2, 1, 4));
    assertThat(Statistics.ratio(List.of(10.0), List.of())).isNull();
  }

  @Test
  void numbersKeepThreeDigits() {
    assertThat(Figures.brief(OptionalDouble.of(383_421))).isEqualTo("383k");
    assertThat(Figures.brief(OptionalDouble.of(85_240))).isEqualTo("85.2k");
    assertThat(Figures.brief(OptionalDouble.of(4_396))).isEqualTo("4.40k");
    assertThat(Figures.brief(OptionalDouble.of(312))).isEqualTo("312");
    assertThat(Figures.brief(OptionalDouble.empty())).isEqualTo("–");
  }
}
