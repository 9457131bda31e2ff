package org.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void blanksSeparateAndQuotesKeep() throws ShellException {
    assertThat(Words.split("  create  name='my disk' \"a b\"c d\\ e  "))
        .containsExactly("create", "name=my disk", "a bc", "d e");
    assertThat(Words.split("''")).containsExactly("");
    assertThat(Words.split("\"a\\\"b\" 'a\\b'")).containsExactly("a\"b", "a\\b");
  }

  @Test
  void aCommentEndsTheLine() throws ShellException {
    assertThat(Words.split("# nothing")).isEmpty();
    assertThat(Words.split("ls # all of it")).containsExactly("ls");
    assertThat(Words.split("a#b")).containsExactly("a#b");
  }
}
