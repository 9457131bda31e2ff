package org.holdfast.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks whoever sits at the terminal that a single command was given at. */
record StandardInputDialogue(PrintWriter out) implements Dialogue {
  @Override
  public Optional<String> ask(String question) throws ShellException {
    out.print(question);
    out.flush();
    try {
      return Optional.ofNullable(
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine());
    } catch (IOException e) {
      throw ShellException.failed("the answer cannot be read: " + e);
    }
  }
}
