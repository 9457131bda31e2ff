package org.holdfast.control;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.holdfast.config.Finding;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as this package writes it. */
final class Json {
  private static final JsonMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** For people and for diff: one key per line, and a line feed at the end. UTF-8. */
  static byte[] pretty(JsonNode node) {
    return (PRETTY.writeValueAsString(node) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static ArrayNode findings(List<Finding> findings) {
    ArrayNode list = array();
    for (Finding finding : findings) {
      list.addObject().put("path", finding.path()).put("message", finding.message());
    }
    return list;
  }

  static ArrayNode texts(List<String> texts) {
    ArrayNode list = array();
    texts.forEach(list::add);
    return list;
  }
}
