package org.holdfast.shell;

import java.util.Optional;

/**
 * Asks the user, where there is one.
 *
 * @param questions who answers them
 * @param secrets where a secret is read that is not to be seen; the question is its name
 */
record Dialogue(Question questions, Question secrets) {
  /** Asks for one line. */
  @FunctionalInterface
  interface Question {
    /** Nobody is there: a script, or one command. */
    Question NOBODY = _ -> Optional.empty();

    /** The answer; empty when nobody is there or nothing was said. */
    Optional<String> ask(String question) throws ShellException;
  }

  /** As {@link Question#ask}. */
  Optional<String> ask(String question) throws ShellException {
    return questions.ask(question);
  }

  /**
   * A secret that stands on no command line.
   *
   * @param name of the setting
   */
  String askSecret(String name) throws ShellException {
    return secrets
        .ask(name)
        .filter(secret -> !secret.isEmpty())
        .orElseThrow(
            () ->
                ShellException.failed(
                    "%1$s=- reads a line, and it was empty; nothing was changed. %1$s= alone takes"
                            .formatted(name)
                        + " the secret away"));
  }

  /** Asks for a yes; a script has to have said it beforehand. */
  void confirm(String what, boolean said) throws ShellException {
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
