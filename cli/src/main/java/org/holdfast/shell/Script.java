package org.holdfast.shell;

import java.io.BufferedReader;
import java.io.IOException;

/** Runs commands that were written beforehand, and stops at the first that fails. */
final class Script {
  private final Shell shell;
  private final String name;

  /**
   * A run.
   *
   * @param name what to call the lines in messages: a file, or "standard input"
   */
  Script(Shell shell, String name) {
    this.shell = shell;
    this.name = name;
  }

  /** Runs all lines, up to {@code exit}; false when there was none. */
  boolean run(BufferedReader lines) throws IOException, ShellException {
    boolean any = false;
    int number = 0;
    String line = lines.readLine();
    while (line != null && !shell.isEnded()) {
      number++;
      any |= !line.isBlank();
      try {
        shell.run(line);
      } catch (ShellException e) {
        throw e.at(name + ", line " + number);
      } finally {
        shell.output().flush();
      }
      line = lines.readLine();
    }
    return any;
  }
}
