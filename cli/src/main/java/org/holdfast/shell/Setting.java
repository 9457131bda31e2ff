package org.holdfast.shell;

import java.util.List;
import java.util.Optional;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.Effect;
import org.holdfast.config.ValueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * One setting of a group.
 *
 * @param name as it is typed
 * @param key as it stands in the document
 * @param row what the configuration says about it
 * @param fallback what holds without it
 */
record Setting(String name, String key, ConfigKey row, String fallback) {
  private static final String HIDDEN = "********";

  static Setting of(String name, String key, ConfigKey row) {
    return new Setting(name, key, row, row.fallback());
  }

  boolean isSecret() {
    return row.type() instanceof ValueType.Secret;
  }

  String meaning() {
    return row.effect() instanceof Effect.WithoutEffect(String why)
        ? "without effect: " + why
        : row.meaning();
  }

  /** What it may hold, where that is a few words. */
  List<String> words() {
    return switch (row.type()) {
      case ValueType.Flag _ -> List.of("true", "false");
      case ValueType.Choice(List<String> words) -> words;
      case ValueType.Text _,
          ValueType.Whole _,
          ValueType.Secret _,
          ValueType.NodeName _,
          ValueType.Objects _,
          ValueType.Section _,
          ValueType.Anything _ ->
          List.of();
    };
  }

  /** What is in force, as it may be shown. */
  String show(JsonNode holder) {
    @Nullable JsonNode value = holder.get(key);
    if (value == null || value.isNull()) {
      return fallback;
    }
    if (isSecret()) {
      return value.asString("").isEmpty() ? "" : HIDDEN;
    }
    return Json.text(holder, key, row.type()).orElse(value.asString("?"));
  }

  /** Writes what was typed; nothing typed takes it out, so that the fallback holds again. */
  void write(ObjectNode holder, String typed) throws ShellException {
    if (typed.isEmpty()) {
      holder.remove(key);
      return;
    }
    if (!(row.type() instanceof ValueType.Scalar scalar)) {
      holder.put(key, typed);
      return;
    }
    Optional<String> canonical = scalar.read(StringNode.valueOf(typed));
    if (canonical.isEmpty() && row == ConfigKey.SO_SIZE) {
      canonical = Sizes.parse(typed).map(String::valueOf);
    }
    Json.put(
        holder,
        key,
        row.type(),
        canonical.orElseThrow(
            () ->
                ShellException.usage(
                    "set: %s is not %s%s"
                        .formatted(
                            name,
                            scalar.expected(),
                            scalar.printable() ? ", but '" + typed + "'" : ""))));
  }
}
