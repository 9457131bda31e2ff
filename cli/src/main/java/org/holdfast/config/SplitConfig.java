package org.holdfast.config;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A document in two: what may be shown, and the passwords, each with the names of whom it belongs
 * to. {@link JoinedConfig} puts them together again.
 */
public record SplitConfig(ObjectNode main, ObjectNode secrets) {
  /** Cuts a copy of {@code document}; it may have passwords only where it can be served. */
  public static SplitConfig of(ObjectNode document) {
    ObjectNode main = document.deepCopy();
    return new SplitConfig(main, cut(Element.root(main)));
  }

  private static ObjectNode cut(Element at) {
    ObjectNode taken = JsonNodeFactory.instance.objectNode();
    for (String key : List.copyOf(at.object().propertyNames())) {
      Optional<ConfigKey> row = at.row(key);
      JsonNode value = at.object().get(key);
      if (SecretKeys.isPassword(row) && SecretKeys.isSet(value)) {
        taken.set(key, value);
        ((ObjectNode) at.object()).remove(key);
      } else if (SecretKeys.leadsToPasswords(row)) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Element.Entry entry : at.entries(key)) {
          if (SecretKeys.isServed(entry.element())) {
            ObjectNode inner = cut(entry.element());
            if (!inner.isEmpty()) {
              list.add(named(entry).setAll(inner));
            }
          }
        }
        if (!list.isEmpty()) {
          taken.set(key, list);
        }
      }
    }
    return taken;
  }

  private static ObjectNode named(Element.Entry entry) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (ConfigKey name : entry.element().naming()) { // One, of all that lead to passwords.
      if (name.type() instanceof ValueType.Whole) {
        object.put(name.key(), Long.parseLong(entry.identity()));
      } else {
        object.put(name.key(), entry.identity());
      }
    }
    return object;
  }
}
