package org.holdfast.shell;

import java.util.List;
import java.util.Set;

/**
 * Everything about a command in one declaration: dispatch, help, completion and the reference page
 * read it.
 *
 * @param name what is typed
 * @param where the places that have it
 * @param help one sentence: what it does
 * @param parameters in the order in which they can be given without names
 * @param rest what may follow them
 * @param handler does it
 */
record Command(
    String name,
    Set<Kind> where,
    String help,
    List<Parameter> parameters,
    Rest rest,
    Handler handler) {

  /** What may follow the declared parameters. */
  enum Rest {
    NOTHING(""),
    /** Names of settings. */
    NAMES(" [name...]"),
    /** Settings. */
    PAIRS(" name=value...");

    private final String usage;

    Rest(String usage) {
      this.usage = usage;
    }
  }

  /** Does what the command is for. Runs on the shell's thread and may wait for the daemon. */
  @FunctionalInterface
  interface Handler {
    void run(Shell shell, TreeNode node, Arguments arguments) throws ShellException;
  }

  Command {
    where = Set.copyOf(where);
    parameters = List.copyOf(parameters);
  }

  static Command of(
      String name, Set<Kind> where, String help, Handler handler, Parameter... parameters) {
    return new Command(name, where, help, List.of(parameters), Rest.NOTHING, handler);
  }

  Command followedBy(Rest what) {
    return new Command(name, where, help, parameters, what, handler);
  }

  String usage() {
    return name + Parameter.usage(parameters) + rest.usage;
  }
}
