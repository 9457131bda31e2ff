package org.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:3260, 127.0.0.1:3260",
    "127.0.0.1, 127.0.0.1:3260",
    "localhost:0, 127.0.0.1:0",
    "[::1]:860, [0:0:0:0:0:0:0:1]:860",
    "[::1], [0:0:0:0:0:0:0:1]:3260",
  })
  void aPortalIsAnAddressAndAPort(String text, String portal) {
    assertThat(Addresses.portal(text)).map(Addresses::format).contains(portal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":3260", "127.0.0.1:", "127.0.0.1:65536", "::1:3260", "host:3260", "1.2.3:1"})
  void anythingElseIsNone(String text) {
    assertThat(Addresses.portal(text)).isEmpty();
  }
}
