package org.holdfast.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * What standard input and output are, for a single command or a script.
 *
 * @param width characters of a line
 * @param colours they are wanted
 * @param redraws output is a terminal
 * @param asks somebody sits there who can answer
 */
public record Screen(int width, boolean colours, boolean redraws, boolean asks) {
  private static final int INPUT = 0;
  private static final int OUTPUT = 1;

  static Screen of(Map<String, String> environment) {
    boolean terminal = isTerminal(OUTPUT);
    boolean both = terminal && isTerminal(INPUT);
    return new Screen(
        both ? measured() : Output.FIXED_WIDTH,
        terminal && wantsColours(environment),
        terminal,
        both);
  }

  /** https://no-color.org: whatever it is set to, unless that is nothing. */
  static boolean wantsColours(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  /** Whether standard input is a terminal. */
  public static boolean inputIsTerminal() {
    return isTerminal(INPUT);
  }

  /** Whether standard input and standard output are one. */
  public static boolean isTerminal() {
    return isTerminal(INPUT) && isTerminal(OUTPUT);
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return device.startsWith("/dev/pts/")
          || device.startsWith("/dev/tty")
          || device.equals("/dev/console");
    } catch (IOException _) {
      return false; // Closed.
    }
  }

  private static int measured() {
    try (Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
      return terminal.getWidth() > 0 ? terminal.getWidth() : Output.FIXED_WIDTH;
    } catch (IOException _) {
      return Output.FIXED_WIDTH;
    }
  }
}
