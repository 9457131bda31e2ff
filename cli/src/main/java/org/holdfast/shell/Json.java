package org.holdfast.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.ValueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reading and writing JSON trees by the rows of the configuration. */
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Empty when it is not one JSON object. */
  static Optional<ObjectNode> parse(String text) {
    try {
      return MAPPER.readTree(text) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  static String pretty(JsonNode node) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
  }

  /** The canonical text of a value; empty when it is absent or does not fit its row. */
  static Optional<String> text(JsonNode object, ConfigKey key) {
    return text(object, key.key(), key.type());
  }

  static Optional<String> text(JsonNode object, String key, ValueType type) {
    @Nullable JsonNode value = object.get(key);
    return value == null || value.isNull() || !(type instanceof ValueType.Scalar scalar)
        ? Optional.empty()
        : scalar.read(value);
  }

  static long number(JsonNode object, ConfigKey key, long otherwise) {
    return text(object, key).map(Long::parseLong).orElse(otherwise);
  }

  /** The flag, or what holds without it. */
  static boolean flag(JsonNode object, ConfigKey key) {
    return Boolean.parseBoolean(text(object, key).orElse(key.fallback()));
  }

  /** Writes the canonical text of a value as JSON of its type. */
  static void put(ObjectNode object, String key, ValueType type, String canonical) {
    switch (type) {
      case ValueType.Flag _ -> object.put(key, Boolean.parseBoolean(canonical));
      case ValueType.Whole _ -> object.put(key, Long.parseLong(canonical));
      case ValueType.Text _,
          ValueType.Secret _,
          ValueType.Choice _,
          ValueType.NodeName _,
          ValueType.Objects _,
          ValueType.Section _,
          ValueType.Anything _ ->
          object.put(key, canonical);
    }
  }

  static void put(ObjectNode object, ConfigKey key, String canonical) {
    put(object, key.key(), key.type(), canonical);
  }

  /** The objects of a list; empty when it is absent. */
  static List<ObjectNode> objects(JsonNode parent, ConfigKey list) {
    List<ObjectNode> found = new ArrayList<>();
    for (JsonNode entry : parent.path(list.key())) {
      if (entry instanceof ObjectNode object) {
        found.add(object);
      }
    }
    return found;
  }

  /** The list itself, made when it is absent. */
  static ArrayNode list(ObjectNode parent, ConfigKey list) {
    return parent.get(list.key()) instanceof ArrayNode array ? array : parent.putArray(list.key());
  }

  /** The section, made when it is absent. */
  static ObjectNode section(ObjectNode parent, String key) {
    return parent.get(key) instanceof ObjectNode object ? object : parent.putObject(key);
  }

  /** Takes the objects that {@code gone} names out of a list. */
  @SuppressWarnings("ReferenceEquality") // That very object, not one that says the same.
  static void remove(ObjectNode parent, ConfigKey list, ObjectNode gone) {
    ArrayNode array = list(parent, list);
    for (int i = array.size() - 1; i >= 0; i--) {
      if (array.get(i) == gone) {
        array.remove(i);
      }
    }
  }

  /** Text of an answer of the daemon; empty text when it is absent. */
  static String string(JsonNode object, String key) {
    return object.path(key).asString("");
  }

  static long count(JsonNode object, String key) {
    return object.path(key).asLong(0);
  }
}
