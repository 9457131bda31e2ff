package org.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512, 512",
    "512B, 512",
    "1k, 1024",
    "3M, 3145728",
    "10G, 10737418240",
    "10GB, 10737418240",
    "10GiB, 10737418240",
    "2T, 2199023255552",
    "1P, 1125899906842624"
  })
  void unitsArePowersOf1024(String text, long bytes) {
    assertThat(Sizes.parse(text)).contains(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "G", "-1", "1.5G", "10X", "10GG", "9223372036854775807", "9000000P"})
  void whatIsNoSizeOrTooMuchIsRefused(String text) {
    assertThat(Sizes.parse(text)).isEmpty();
  }

  @Test
  void sizesAreShownInTheLargestUnitThatFits() {
    assertThat(Sizes.format(512)).isEqualTo("512B");
    assertThat(Sizes.format(10L << 30)).isEqualTo("10.0GiB");
    assertThat(Sizes.format(1536L << 20)).isEqualTo("1.5GiB");
    assertThat(Sizes.format(3L << 40)).isEqualTo("3.0TiB");
  }
}
