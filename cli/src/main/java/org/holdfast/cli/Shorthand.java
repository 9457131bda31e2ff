package org.holdfast.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.holdfast.shell.ShellRun;

/**
 * What can be left out of a command line: {@code holdfast ls} stands for {@code holdfast shell ls},
 * and {@code holdfast < script} for {@code holdfast shell < script}.
 */
final class Shorthand {
  /** What may stand before a command of the shell, with a value of its own. */
  private static final List<String> OPTIONS = List.of(ControlOption.CONTROL, ControlOption.TOKEN);

  private Shorthand() {}

  /**
   * The whole command line.
   *
   * @param subcommands names that are not the shell's
   * @param typing standard input is a terminal, so that no script comes from there
   */
  static List<String> expand(List<String> arguments, Set<String> subcommands, boolean typing) {
    int first = 0;
    while (first < arguments.size() && length(arguments.get(first)) > 0) {
      first += length(arguments.get(first));
    }
    boolean shell =
        arguments.size() <= first
            ? first > 0 || !typing
            : !subcommands.contains(arguments.get(first))
                && ShellRun.understands(arguments.get(first));
    if (!shell) {
      return arguments;
    }
    List<String> expanded = new ArrayList<>();
    expanded.add(ShellCommand.NAME);
    expanded.addAll(arguments);
    return expanded;
  }

  /** How many words an option takes; 0: it is none. */
  private static int length(String word) {
    return OPTIONS.contains(word)
        ? 2
        : OPTIONS.stream().anyMatch(option -> word.startsWith(option + "=")) ? 1 : 0;
  }
}
