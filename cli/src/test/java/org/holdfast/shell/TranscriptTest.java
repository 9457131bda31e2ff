package org.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Sessions as text: {@code src/test/resources/shell/*.txt} holds what is typed, behind the prompt
 * that must stand there, and what it prints; {@code ! } marks a message of failure. Each begins
 * with an empty daemon. {@code -Dholdfast.docs=write} writes down what is printed now.
 */
class TranscriptTest {
  private static final Path DIRECTORY = Path.of("src", "test", "resources", "shell");
  private static final Pattern TYPED = Pattern.compile("(/\\S*)> (.*)");

  @TestFactory
  Stream<DynamicTest> transcripts() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      List<Path> all = files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
      assertThat(all).hasSizeGreaterThan(3);
      return all.stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> play(file)));
    }
  }

  private static void play(Path file) throws IOException {
    ShellFixture fixture = ShellFixture.script();
    fixture.daemon.answer(
        "POST /v1/config/save", "{\"file\": \"/etc/holdfast/saveconfig.json\", \"bytes\": 2048}");
    List<String> played = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      Matcher typed = TYPED.matcher(line);
      if (line.startsWith("#") || line.isEmpty()) {
        played.add(line);
      } else if (typed.matches()) {
        played.add(fixture.shell.visits().here() + "> " + typed.group(2));
        fixture.run(typed.group(2)).lines().forEach(played::add);
      }
    }
    String text = String.join("\n", played) + "\n";
    if ("write".equals(System.getProperty("holdfast.docs"))) {
      Files.writeString(file, text);
    }
    assertThat(text).isEqualTo(Files.readString(file));
  }
}
