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
 *
 * <p>Seen to fail, when the engine was broken on purpose:
 *
 * <ul>
 *   <li>RELEASE attends under the all registrants types only: {@code release-shared-types.txt:10}
 *       for types 5 and 6, "expect ua A2 2A/04", noticed nothing
 *   <li>CLEAR without {@code withNextGeneration}: {@code clear.txt:13} for every type and others,
 *       generation 3 instead of 4
 *   <li>{@code isKeyAccepted} asks for any registration: {@code move.txt:10} and {@code
 *       unregistered-sender.txt:18}, good instead of conflict
 *   <li>an all registrants reservation outlives its last registrant: {@code clear.txt:9}, {@code
 *       preempt-all-registrants-last.txt:9} and {@code reserve-all-registrants.txt:24} for types 7
 *       and 8, a reservation instead of none
 * </ul>
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
