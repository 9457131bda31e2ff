package org.holdfast.shell;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Lines that set a secret: they are not remembered. A name that is only meant as one counts, too:
 * what stands behind a misspelt {@code pasword=} is a secret still. {@code password=-} is none.
 */
final class Secrets {
  private static final String NAME = "(?i)(pas|secret(?!s_file))\\w*";

  /** A word that sets one. */
  private static final Pattern WORD = Pattern.compile(NAME + "=(?!-?$)", Pattern.DOTALL);

  /** In a line as it was typed, right or wrong. */
  private static final Pattern TYPED = Pattern.compile(NAME + "[\"'\\\\\\s]*=\\s*(?!-?(\\s|$))");

  private Secrets() {}

  static boolean isIn(String line) {
    if (TYPED.matcher(line).find()) {
      return true;
    }
    try {
      return isIn(Words.split(line)); // pass"word"=x and the like.
    } catch (ShellException _) {
      return false; // A quote is open, and no command has it.
    }
  }

  /** Whether one of these words sets a secret. */
  static boolean isIn(List<String> words) {
    return words.stream().anyMatch(word -> WORD.matcher(word).find());
  }
}
