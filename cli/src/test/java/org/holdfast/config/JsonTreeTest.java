package org.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class JsonTreeTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "",
        "{'a': 1, 'b': -2147483649, 'c': 123456789012345678901234567890, 'd': [true, false, null]}",
        "{'a': 1.5, 'b': {'c': {'d': ['x', 'ä\\u00e4\\n', []]}}, '': {}}",
        "  7 ",
        "'text'"
      })
  void itIsTheTreeOfTheObjectMapper(String text) {
    String json = text.replace('\'', '"');
    assertThat(JsonTree.read(json)).isEqualTo(MAPPER.readTree(json));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[1,]", "{} {}", "{'a':1,'a':2}", "{'a'}", "nul", "]", "[1", "{,}"})
  void whatIsNoJsonIsAnErrorWithAPlace(String text) {
    assertThatThrownBy(() -> JsonTree.read(text.replace('\'', '"')))
        .isInstanceOfSatisfying(
            JacksonException.class, e -> assertThat(e.getLocation().getLineNr()).isEqualTo(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {100_000})
  void depthIsLimited(int depth) {
    assertThatThrownBy(() -> JsonTree.read("[".repeat(depth))).isInstanceOf(JacksonException.class);
  }
}
