package org.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NaaDesignatorTest {
  @ParameterizedTest
  @CsvSource({
    // As LIO showed this disk to multipath.
    "e884ab8f-f4b4-4fdb-a690-1099c072c86d, 6001405e884ab8ff4b44fdba6901099c",
    // As sg_inq showed it on Linux 6.1.192, through the loopback fabric.
    "fc66bdd1-074f-4774-b7f5-98f003cb0d73, 6001405fc66bdd1074f4774b7f598f00",
    "SERIAL-12, 6001405ea12000000000000000000000",
    "xyz, 60014050000000000000000000000000",
  })
  void aDiskKeepsTheIdentityThatLioGaveIt(String serial, String naa) {
    assertThat(NaaDesignator.of(serial)).isEqualTo(naa);
  }
}
