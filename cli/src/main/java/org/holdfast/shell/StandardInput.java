package org.holdfast.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Lines of standard input. One of these for a process: it may have read further than it has told.
 */
record StandardInput(BufferedReader in) implements Dialogue.Question {
  @Override
  public Optional<String> ask(String question) throws ShellException {
    return line();
  }

  /** A secret, which must be there. */
  Optional<String> secret(String name) throws ShellException {
    Optional<String> line = line();
    if (line.isEmpty()) {
      throw ShellException.failed(
          name
              + "=- reads a line of standard input, which has ended; nothing was changed. Pipe the"
              + " secret in, or call this at a terminal to be asked for it");
    }
    return line;
  }

  private Optional<String> line() throws ShellException {
    try {
      return Optional.ofNullable(in.readLine());
    } catch (IOException e) {
      throw ShellException.failed("standard input cannot be read: " + e);
    }
  }
}
