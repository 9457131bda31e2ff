package org.holdfast.control;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * As much of JSON Schema as {@link Schemas} uses; and stricter: an answer has no key that its
 * schema does not name.
 */
final class SchemaRules {
  private final ObjectNode schemas = Schemas.all();
  private final List<String> violations = new ArrayList<>();

  private SchemaRules() {}

  static List<String> violations(String schema, JsonNode value) {
    SchemaRules rules = new SchemaRules();
    rules.check(rules.schemas.required(schema), value, schema);
    return rules.violations;
  }

  private void check(JsonNode schema, JsonNode value, String where) {
    if (schema.has("$ref")) {
      String name = schema.get("$ref").asString().replace("#/components/schemas/", "");
      check(schemas.required(name), value, where);
      return;
    }
    if (schema.has("type") && !isOf(schema.get("type"), value)) {
      violations.add(where + " is " + value + ", not " + schema.get("type"));
      return;
    }
    if (schema.has("const") && !schema.get("const").equals(value)) {
      violations.add(where + " is " + value + ", not " + schema.get("const"));
    }
    if (schema.has("enum") && !schema.get("enum").valueStream().toList().contains(value)) {
      violations.add(where + " is " + value + ", none of " + schema.get("enum"));
    }
    for (JsonNode name : schema.path("required")) {
      if (!value.has(name.asString())) {
        violations.add(where + "." + name.asString() + " is missing");
      }
    }
    if (schema.has("properties")) {
      value
          .properties()
          .forEach(
              entry -> {
                JsonNode inner = schema.get("properties").get(entry.getKey());
                if (inner == null) {
                  violations.add(where + "." + entry.getKey() + " is not described");
                } else {
                  check(inner, entry.getValue(), where + "." + entry.getKey());
                }
              });
    }
    if (schema.has("items")) {
      for (int i = 0; i < value.size(); i++) {
        check(schema.get("items"), value.get(i), where + "[" + i + "]");
      }
    }
  }

  private static boolean isOf(JsonNode types, JsonNode value) {
    return types.isArray()
        ? types.valueStream().anyMatch(type -> isOf(type, value))
        : switch (types.asString()) {
          case "object" -> value.isObject();
          case "array" -> value.isArray();
          case "string" -> value.isString();
          case "integer" -> value.isIntegralNumber();
          case "number" -> value.isNumber();
          case "boolean" -> value.isBoolean();
          case "null" -> value.isNull();
          default -> throw new IllegalArgumentException("unknown type " + types);
        };
  }
}
