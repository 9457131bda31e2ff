package org.holdfast.config;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rows of {@link ConfigKey} by their paths. */
final class KeyIndex {
  private static final Map<String, ConfigKey> BY_PATH =
      Arrays.stream(ConfigKey.values())
          .flatMap(row -> row.paths().stream().map(path -> Map.entry(path, row)))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private KeyIndex() {}

  /** As {@link ConfigKey#at}. */
  static Optional<ConfigKey> at(String parent, String key) {
    if (key.indexOf('.') >= 0) {
      return Optional.empty(); // Not a path: a key that only looks like one.
    }
    String head = parent.isEmpty() ? "" : parent + ".";
    @Nullable ConfigKey exact = BY_PATH.get(head + key);
    return Optional.ofNullable(exact != null ? exact : BY_PATH.get(head + "*"));
  }
}
