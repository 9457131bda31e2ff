package org.holdfast.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was given to a command, checked against its declaration.
 *
 * @param values canonical texts by the parameter's name
 * @param names what else was given, in order
 * @param pairs what else was given as {@code name=value}, in order
 */
record Arguments(Map<String, String> values, List<String> names, Map<String, String> pairs) {

  /** Sorts words to parameters: by name where they have one, else by place. */
  static Arguments bind(Command command, List<String> words) throws ShellException {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    Map<String, String> pairs = new LinkedHashMap<>();
    List<Parameter> open = new ArrayList<>(command.parameters());
    for (String word : words) {
      int equals = word.indexOf('=');
      String name = equals > 0 ? word.substring(0, equals) : "";
      Optional<Parameter> named =
          command.parameters().stream().filter(parameter -> parameter.isCalled(name)).findFirst();
      if (named.isPresent()) {
        if (!open.remove(named.get())) {
          throw wrong(command, named.get().name() + " is given twice");
        }
        values.put(named.get().name(), read(command, named.get(), word.substring(equals + 1)));
      } else if (!name.isEmpty() && command.rest() == Command.Rest.PAIRS) {
        pairs.put(name, word.substring(equals + 1));
      } else if (name.matches("[a-z_0-9]+") && command.rest() == Command.Rest.NOTHING) {
        throw wrong(command, "there is no parameter '" + name + "'");
      } else if (!open.isEmpty()) {
        Parameter next = open.removeFirst();
        values.put(next.name(), read(command, next, word));
      } else if (command.rest() == Command.Rest.NAMES) {
        names.add(word);
      } else {
        throw wrong(
            command,
            command.rest() == Command.Rest.PAIRS
                ? "'" + word + "' is not name=value"
                : "'" + word + "' is one word too many");
      }
    }
    for (Parameter parameter : open) {
      if (parameter.isRequired()) {
        throw wrong(command, parameter.name() + " is missing: " + parameter.help());
      }
    }
    return new Arguments(values, names, pairs);
  }

  private static String read(Command command, Parameter parameter, String text)
      throws ShellException {
    @Nullable String canonical = parameter.type().reader().apply(text).orElse(null);
    if (canonical == null) {
      throw wrong(
          command,
          "%s='%s' is not %s".formatted(parameter.name(), text, parameter.type().expected()));
    }
    return canonical;
  }

  private static ShellException wrong(Command command, String message) {
    return ShellException.usage(command.name() + ": " + message + "; usage: " + command.usage());
  }

  Optional<String> get(String parameter) {
    return Optional.ofNullable(values.get(parameter));
  }

  /** A parameter that is required, so it is there. */
  String need(String parameter) {
    return get(parameter)
        .orElseThrow(() -> new IllegalStateException(parameter + " is not a required parameter"));
  }

  boolean flag(String parameter, boolean otherwise) {
    return get(parameter).map(Boolean::parseBoolean).orElse(otherwise);
  }
}
