package org.holdfast.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every message that the shell, the control API, the configuration or the start of the daemon has
 * for its user stands in a test: whoever adds one is told here to provoke it and to look at it.
 *
 * <p>It reads the sources: where a message is raised, the longest piece of it that is always the
 * same has to occur in a test or in what tests read, such as {@code resources/shell}. That a test
 * names a message does not prove that it provokes it; that nobody ever looked at one is found.
 */
class MessagesTest {
  /** How a message begins in the sources. */
  private static final List<String> RAISED =
      List.of(
          "ShellException.failed(",
          "ShellException.usage(",
          "throw wrong(command,",
          "findings.error(",
          "findings.warning(",
          "new Finding(",
          "new Problem(",
          "new StartException(",
          "StartException.notKept(",
          "ControlException.noAnswer(",
          "new ParameterException(");

  /** Those that cannot be provoked from outside, with the reason. */
  private static final Map<String, String> OUT_OF_REACH =
      Map.of(
          "the daemon is ending; try the next one",
          "only between the first and the last moment of an orderly end",
          "the daemon has a defect, its log has the details:",
          "it takes a defect",
          ": the empty table could not be kept in the state directory, so nothing was changed; the"
              + " log says why",
          "it takes a broken disk; target-core's tests have the result itself",
          "s, an earlier change is still under way; look again later",
          "it takes a disk that hangs for longer than the request waits",
          "a change of the passwords was interrupted, and cannot be ended:",
          "it takes a disk that fails after a kill",
          "the terminal cannot be used:",
          "it takes a terminal that breaks",
          "=- would ask for the secret, but the output goes elsewhere; give it on standard input,"
              + " or let the output go to the terminal",
          "it takes a terminal to type at and none to print to");

  /** Where users' messages come from. */
  private static final Path MAIN = Path.of("cli", "src", "main", "java");

  private static final List<Path> TESTS =
      List.of(
          Path.of("cli", "src", "test"),
          Path.of("src-test-vms", "src", "test"),
          Path.of("backstore", "src", "test"));

  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
  private static final Pattern PLACEHOLDER = Pattern.compile("%[-0-9$]*[a-z]");
  private static final Pattern BETWEEN_LITERALS = Pattern.compile("\"\\s*\\+\\s*\"(?!\")");

  /** Shorter pieces are found anywhere. */
  private static final int SHORTEST = 6;

  private final SourceTree tree = SourceTree.find();

  /**
   * A message.
   *
   * @param file where it is raised
   * @param piece what of it is always the same
   */
  private record Message(String file, String piece) {}

  @Test
  void everyMessageForAUserStandsInATest() throws IOException {
    List<Message> messages =
        tree.javaFiles().stream()
            .filter(file -> file.startsWith(tree.root().resolve(MAIN)))
            .flatMap(this::messages)
            .toList();
    assertThat(messages).as("found in the sources").hasSizeGreaterThan(130);
    String tests = tests();
    assertThat(messages)
        .as("messages that no test mentions; provoke them and hold the words against what is said")
        .filteredOn(message -> !tests.contains(message.piece()))
        .isEmpty();
    assertThat(OUT_OF_REACH.keySet())
        .as("messages out of reach that nobody raises")
        .allMatch(piece -> messages.stream().anyMatch(message -> message.piece().equals(piece)));
  }

  private Stream<Message> messages(Path file) {
    String source = plain(tree.read(file));
    List<Message> found = new ArrayList<>();
    for (String word : RAISED) {
      int at = source.indexOf(word);
      while (at >= 0) {
        piece(argument(source, at + word.indexOf('(')))
            .ifPresent(piece -> found.add(new Message(tree.name(file), piece)));
        at = source.indexOf(word, at + 1);
      }
    }
    return found.stream();
  }

  /** From one parenthesis to the one that closes it. */
  private static String argument(String source, int open) {
    int depth = 0;
    boolean quoted = false;
    for (int i = open; i < source.length(); i++) {
      char c = source.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && c == '(') {
        depth++;
      } else if (!quoted && c == ')' && --depth == 0) {
        return source.substring(open, i);
      }
    }
    throw new IllegalStateException("a parenthesis is not closed: " + source.substring(open));
  }

  private static Optional<String> piece(String argument) {
    Matcher literal = LITERAL.matcher(argument);
    List<String> pieces = new ArrayList<>();
    while (literal.find()) {
      for (String piece : PLACEHOLDER.split(literal.group(1), -1)) {
        pieces.add(piece.replace("\\\"", "\"").strip());
      }
    }
    return pieces.stream()
        .filter(piece -> piece.length() >= SHORTEST)
        .max(Comparator.comparingInt(String::length));
  }

  /** Literals that a line's end has parted are one. */
  private static String plain(String java) {
    return BETWEEN_LITERALS.matcher(java).replaceAll("");
  }

  private String tests() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path directory : TESTS) {
      try (Stream<Path> files = Files.walk(tree.root().resolve(directory))) {
        for (Path file : files.toList()) {
          if (file.toString().endsWith(".java")) {
            String text = plain(tree.read(file)).replace("\\\"", "\"");
            all.append(text.replaceAll("\\s+", " "));
          } else if (file.toString().endsWith(".txt")) {
            all.append(tree.read(file));
          }
        }
      }
    }
    return all.toString();
  }
}
