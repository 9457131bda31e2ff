package org.holdfast.pr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every file under {@code src/test/resources/scenarios}; their language is described in {@code
 * README.md} there. A file that starts with {@code types 5 7 8} runs once for each type, which its
 * lines name {@code $T}.
 */
class ScenarioTest {
  private static Path directory() throws URISyntaxException {
    URI uri = ScenarioTest.class.getResource("/scenarios").toURI();
    return Path.of(uri);
  }

  @TestFactory
  Stream<DynamicTest> scenarios() throws IOException, URISyntaxException {
    List<Path> files;
    try (Stream<Path> list = Files.list(directory())) {
      files = list.filter(f -> f.toString().endsWith(".txt")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    return files.stream().flatMap(ScenarioTest::testsOf);
  }

  private static Stream<DynamicTest> testsOf(Path file) {
    Scenario scenario = Scenario.read(file);
    return scenario.types().stream()
        .map(
            type ->
                DynamicTest.dynamicTest(
                    scenario.name() + (type.isEmpty() ? "" : " type " + type),
                    file.toUri(),
                    () -> scenario.run(type)));
  }

  @Test
  void aFailingLineIsNamed() {
    Scenario wrong =
        new Scenario("wrong.txt", List.of("A register sark=kA -> good", "A write -> conflict"));
    assertThatThrownBy(() -> wrong.run(""))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("wrong.txt:2: A write -> conflict")
        .hasMessageContaining("good");
  }

  @Test
  void aUnitAttentionThatNobodyExpectsFailsTheScenario() {
    Scenario wrong =
        new Scenario(
            "wrong.txt",
            List.of(
                "A register sark=kA -> good",
                "B register sark=kB -> good",
                "A preempt rk=kA sark=kB type=5 -> good"));
    assertThatThrownBy(() -> wrong.run(""))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("wrong.txt:3")
        .hasMessageContaining("ua B 2A/05");
  }
}
