package org.holdfast.shell;

import java.io.IOException;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Asks at a terminal for what nobody is to see: without echo, and twice. */
final class HiddenInput {
  /** To JLine: show nothing, not even how long it is. */
  private static final Character NOTHING = (char) 0;

  private HiddenInput() {}

  /** Asks at the process's terminal, which is taken for this question only. */
  static Optional<String> atTerminal(String name) throws ShellException {
    try (Terminal terminal = TerminalBuilder.builder().name("holdfast").system(true).build()) {
      return ask(reader(terminal), name);
    } catch (IOException e) {
      throw ShellException.failed("the terminal cannot be used: " + e);
    }
  }

  /** A reader whose lines are no commands: nothing of them is remembered. */
  static LineReader reader(Terminal terminal) {
    LineReader reader = LineReaderBuilder.builder().terminal(terminal).appName("holdfast").build();
    reader.setVariable(LineReader.DISABLE_HISTORY, true);
    return reader;
  }

  /**
   * Asks.
   *
   * @param name of the setting
   */
  static Optional<String> ask(LineReader reader, String name) throws ShellException {
    String first = line(reader, name + ": ");
    if (first.isEmpty()) {
      return Optional.empty();
    }
    if (!line(reader, "once more: ").equals(first)) {
      throw ShellException.failed("the second one was another than the first; nothing was changed");
    }
    return Optional.of(first);
  }

  private static String line(LineReader reader, String prompt) throws ShellException {
    try {
      return reader.readLine(prompt, NOTHING);
    } catch (UserInterruptException | EndOfFileException _) {
      throw ShellException.interrupted();
    }
  }
}
