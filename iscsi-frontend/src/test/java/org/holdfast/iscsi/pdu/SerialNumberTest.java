package org.holdfast.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SerialNumberTest {
  @ParameterizedTest
  @CsvSource({"0,1", "-1,0", "2147483647,-2147483648", "-2,5", "0,2147483647", "-2147483648,-1"})
  void orderSurvivesTheWrap(int first, int second) {
    assertThat(SerialNumber.compare(first, second)).isNegative();
    assertThat(SerialNumber.compare(second, first)).isPositive();
    assertThat(SerialNumber.before(first, second)).isTrue();
    assertThat(SerialNumber.before(second, first)).isFalse();
    assertThat(SerialNumber.after(second, first)).isTrue();
    assertThat(SerialNumber.after(first, first)).isFalse();
    assertThat(SerialNumber.compare(first, first)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"-1,-1,2,true", "2,-1,2,true", "3,-1,2,false", "-2,-1,2,false", "5,5,4,false"})
  void windowsWrap(int n, int first, int last, boolean inside) {
    assertThat(SerialNumber.within(n, first, last)).isEqualTo(inside);
  }
}
