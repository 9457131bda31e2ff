package org.holdfast.shell;

import java.util.Locale;
import java.util.Optional;

/** What a user can set for the shell itself ({@code set global}). */
// Every field holds an immutable value. The checker cannot see it.
@SuppressWarnings("ImmutableEnumChecker")
enum Preference {
  AUTO_ADD_DEFAULT_PORTAL(ArgumentType.FLAG, "true", "a new portal group listens on 0.0.0.0:3260"),
  AUTO_ADD_MAPPED_LUNS(
      ArgumentType.FLAG,
      "false",
      "a new ACL gets every LUN, and every ACL a new LUN, under the same number"),
  AUTO_CD_AFTER_CREATE(ArgumentType.FLAG, "false", "go to what was created"),
  AUTO_ENABLE_TPGT(ArgumentType.FLAG, "true", "a new portal group is served at once"),
  AUTO_SAVE_ON_EXIT(
      ArgumentType.FLAG,
      "true",
      "without effect: every change is kept when it is made, whatever is said here"),
  COLOR_MODE(ArgumentType.FLAG, "true", "colours, on a terminal"),
  PROMPT_LENGTH(ArgumentType.COUNT, "30", "longest path in the prompt, in characters; 0: no limit"),
  TREE_MAX_DEPTH(ArgumentType.COUNT, "0", "how deep ls goes; 0: to the end");

  private final ArgumentType type;
  private final String fallback;
  private final String help;

  Preference(ArgumentType type, String fallback, String help) {
    this.type = type;
    this.fallback = fallback;
    this.help = help;
  }

  /** As it is typed. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  ArgumentType type() {
    return type;
  }

  String fallback() {
    return fallback;
  }

  String help() {
    return help;
  }

  static Optional<Preference> of(String word) {
    for (Preference preference : values()) {
      if (preference.word().equals(word)) {
        return Optional.of(preference);
      }
    }
    return Optional.empty();
  }
}
