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
  private static final String CONTROL = "--control";

  private Shorthand() {}

  /**
   * The whole command line.
   *
   * @param subcommands names that are not the shell's
   * @param typing standard input is a terminal, so that no script comes from there
   */
  static List<String> expand(List<String> arguments, Set<String> subcommands, boolean typing) {
    int first = 0;
    if (!arguments.isEmpty() && arguments.getFirst().equals(CONTROL)) {
      first = 2;
    } else if (!arguments.isEmpty() && arguments.getFirst().startsWith(CONTROL + "=")) {
      first = 1;
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
}
