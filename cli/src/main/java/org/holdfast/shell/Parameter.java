package org.holdfast.shell;

import java.util.List;

/**
 * One parameter of a command; it can be given by its place or as {@code name=value}.
 *
 * @param name as in {@code name=value}
 * @param alias an older name of it that is understood, too; empty: none
 * @param help what it means, and what holds without it
 */
record Parameter(String name, String alias, ArgumentType type, Presence presence, String help) {
  enum Presence {
    REQUIRED,
    OPTIONAL
  }

  static Parameter required(String name, ArgumentType type, String help) {
    return new Parameter(name, "", type, Presence.REQUIRED, help);
  }

  static Parameter optional(String name, ArgumentType type, String help) {
    return new Parameter(name, "", type, Presence.OPTIONAL, help);
  }

  Parameter alsoCalled(String older) {
    return new Parameter(name, older, type, presence, help);
  }

  boolean isRequired() {
    return presence == Presence.REQUIRED;
  }

  boolean isCalled(String typed) {
    return name.equals(typed) || (!alias.isEmpty() && alias.equals(typed));
  }

  /** As a usage line shows it: {@code name} or {@code [size]}. */
  String usage() {
    return isRequired() ? name : "[" + name + "]";
  }

  static String usage(List<Parameter> parameters) {
    return String.join("", parameters.stream().map(parameter -> " " + parameter.usage()).toList());
  }
}
