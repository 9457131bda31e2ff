package org.holdfast.control;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.Element;
import org.holdfast.config.Finding;
import org.holdfast.config.ValueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Secrets leave the daemon as eight stars, and eight stars that come back mean the secret that is
 * there: of the same disk, target, portal group or ACL, wherever it stands in its list now.
 */
final class Mask {
  static final String STARS = "********";

  private Mask() {}

  /** A copy without secrets. */
  static ObjectNode masked(ObjectNode document) {
    ObjectNode copy = document.deepCopy();
    cover(Element.root(copy));
    return copy;
  }

  private static void cover(Element at) {
    for (String key : List.copyOf(at.object().propertyNames())) {
      JsonNode value = at.object().get(key);
      if (value.isArray()) {
        // Not by identity: of two that are called the same both have secrets.
        for (int i = 0; i < value.size(); i++) {
          if (value.get(i).isObject()) {
            cover(inner(at, key, value.get(i)));
          }
        }
      } else if (value.isObject()) {
        cover(at.section(key));
      } else if (isSecret(at, key) && !value.isNull() && !value.asString("").isEmpty()) {
        ((ObjectNode) at.object()).put(key, STARS);
      }
    }
  }

  private static Element inner(Element at, String key, JsonNode entry) {
    Element section = at.section(key);
    return new Element(section.pattern() + "[]", "", "", Element.Scope.ALL, entry);
  }

  /**
   * A copy of {@code wanted} with the secrets of {@code known} where it has stars.
   *
   * @param findings told of stars that stand for nothing
   */
  static ObjectNode restored(ObjectNode wanted, ObjectNode known, List<Finding> findings) {
    ObjectNode copy = wanted.deepCopy();
    uncover(Element.root(copy), Element.root(known), findings);
    return copy;
  }

  private static void uncover(Element at, @Nullable Element known, List<Finding> findings) {
    for (String key : List.copyOf(at.object().propertyNames())) {
      JsonNode value = at.object().get(key);
      if (value.isArray()) {
        Map<String, Element> before = known == null ? Map.of() : known.list(key);
        at.list(key).forEach((name, entry) -> uncover(entry, before.get(name), findings));
      } else if (value.isObject()) {
        uncover(at.section(key), known == null ? null : known.section(key), findings);
      } else if (isSecret(at, key) && value.asString("").equals(STARS)) {
        @Nullable JsonNode secret = known == null ? null : known.object().get(key);
        if (secret == null || secret.isNull() || secret.asString("").isEmpty()) {
          findings.add(
              new Finding(
                  at.at(key),
                  STARS
                      + " stands for the secret that "
                      + at.label()
                      + " has, and it has none; give the secret itself, or leave the key out"));
        } else {
          ((ObjectNode) at.object()).set(key, secret);
        }
      }
    }
  }

  /** Also what is only meant as one: a misspelt key is named in a warning and kept. */
  private static boolean isSecret(Element at, String key) {
    Optional<ConfigKey> row = at.row(key);
    if (row.isPresent() && !row.get().paths().getFirst().endsWith("*")) {
      return row.get().type() instanceof ValueType.Secret;
    }
    String name = key.toLowerCase(Locale.ROOT);
    return name.contains("pas") || name.contains("secret");
  }
}
