package org.holdfast.shell;

import java.util.Optional;

/** Asks the user, where there is one. */
@FunctionalInterface
interface Dialogue {
  /** Nobody is there: a script, or one command. */
  Dialogue NOBODY = _ -> Optional.empty();

  /** The answer; empty when nobody is there or nothing was said. */
  Optional<String> ask(String question) throws ShellException;

  /** Asks for a yes; a script has to have said it beforehand. */
  default void confirm(String what, boolean said) throws ShellException {
    if (said) {
      return;
    }
    Optional<String> answer = ask(what + "? Type yes to go on: ");
    if (answer.isEmpty()) {
      throw ShellException.failed("not done: " + what + " has to be confirmed; add confirm=true");
    }
    if (!answer.get().equals("yes")) {
      throw ShellException.failed("not done: the answer was not yes");
    }
  }
}
