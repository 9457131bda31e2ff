package org.holdfast.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One object of the file together with where it stands. A value that does not fit its row reads as
 * absent: {@link SchemaCheck} has named it, and the later checks go on with the rest.
 *
 * @param path where, with indices; empty at the top
 * @param object the JSON object
 */
record ConfigCursor(String path, JsonNode object) {
  /** The path of a key of this object. */
  String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  String path(ConfigKey key) {
    return path(key.key());
  }

  Optional<String> text(ConfigKey key) {
    @Nullable JsonNode value = object.get(key.key());
    if (value == null || value.isNull() || !(key.type() instanceof ValueType.Scalar scalar)) {
      return Optional.empty();
    }
    return scalar.read(value);
  }

  /** Something is written there, be it right or wrong. */
  boolean has(ConfigKey key) {
    @Nullable JsonNode value = object.get(key.key());
    return value != null && !value.isNull();
  }

  Optional<Long> whole(ConfigKey key) {
    return text(key).map(Long::valueOf);
  }

  /** The flag, or what the table says holds without it. */
  boolean flag(ConfigKey key) {
    return Boolean.parseBoolean(text(key).orElse(key.fallback()));
  }

  /** The objects of a list; those entries that are not objects are left out. */
  List<ConfigCursor> list(ConfigKey key) {
    List<ConfigCursor> entries = new ArrayList<>();
    @Nullable JsonNode list = object.get(key.key());
    if (list != null && list.isArray()) {
      for (int i = 0; i < list.size(); i++) {
        JsonNode entry = list.get(i);
        if (entry.isObject()) {
          entries.add(new ConfigCursor(path(key) + "[" + i + "]", entry));
        }
      }
    }
    return entries;
  }

  /** The fabric of a target that is not served because it is not iSCSI; empty for all others. */
  Optional<String> otherFabric() {
    return text(ConfigKey.TARGET_FABRIC).filter(fabric -> !fabric.equals("iscsi"));
  }

  /** The targets of a file that are served. */
  List<ConfigCursor> targets() {
    return list(ConfigKey.TARGETS).stream()
        .filter(target -> target.otherFabric().isEmpty())
        .toList();
  }

  /** A section; empty when it is not there. */
  ConfigCursor section(ConfigKey key) {
    @Nullable JsonNode section = object.get(key.key());
    return new ConfigCursor(
        path(key),
        section != null && section.isObject() ? section : JsonNodeFactory.instance.objectNode());
  }
}
