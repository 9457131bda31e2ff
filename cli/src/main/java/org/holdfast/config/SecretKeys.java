package org.holdfast.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Which keys a file of secrets holds, and which lists lead to them. {@link ConfigKey} says it. */
final class SecretKeys {
  private static final List<ConfigKey> PASSWORDS =
      Arrays.stream(ConfigKey.values())
          .filter(
              key ->
                  key.type() instanceof ValueType.Secret
                      && key.effect() instanceof Effect.Supported)
          .toList();

  private SecretKeys() {}

  static boolean isPassword(Optional<ConfigKey> row) {
    return row.filter(PASSWORDS::contains).isPresent();
  }

  static boolean leadsToPasswords(Optional<ConfigKey> row) {
    return row.filter(key -> key.type() instanceof ValueType.Objects)
        .map(key -> key.paths().getFirst() + "[]")
        .filter(
            list ->
                PASSWORDS.stream()
                    .map(ConfigKey::parent)
                    .anyMatch(parent -> parent.equals(list) || parent.startsWith(list + ".")))
        .isPresent();
  }

  /** Nobody could come in by a password there: the target is not served. */
  static boolean isServed(Element element) {
    return !element.pattern().equals(ConfigKey.TARGETS.key() + "[]")
        || new ConfigCursor("", element.object()).otherFabric().isEmpty();
  }

  /** An absent key, null and an empty text mean no password, as LIO has it. */
  static boolean isSet(JsonNode value) {
    return !value.isMissingNode()
        && !value.isNull()
        && !(value.isString() && value.asString().isEmpty());
  }
}
