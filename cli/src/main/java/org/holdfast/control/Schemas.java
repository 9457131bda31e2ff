package org.holdfast.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON that goes in and out, and the OpenAPI description made from it and {@link Route}. */
final class Schemas {
  private static final String RESOURCE = "schemas.json";

  private Schemas() {}

  /** JSON Schemas by name. */
  static ObjectNode all() {
    try (InputStream in = Schemas.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not beside its class");
      }
      return (ObjectNode) JsonMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** OpenAPI 3.1. */
  static ObjectNode openApi() {
    ObjectNode api = Json.object();
    api.put("openapi", "3.1.0");
    api.putObject("info")
        .put("title", "Holdfast control API")
        .put("version", "1")
        .put("description", "HTTP over a Unix socket; docs/control-api.md explains it.");
    ObjectNode paths = api.putObject("paths");
    for (Route route : Route.values()) {
      ObjectNode path =
          paths.get(route.path()) instanceof ObjectNode known
              ? known
              : paths.putObject(route.path());
      describe(route, path.putObject(route.method().toLowerCase(Locale.ROOT)));
    }
    api.putObject("components").set("schemas", all());
    return api;
  }

  private static void describe(Route route, ObjectNode operation) {
    operation.put("operationId", route.name().toLowerCase(Locale.ROOT));
    operation.put("summary", route.summary());
    if (!route.variables().isEmpty()) {
      ArrayNode parameters = operation.putArray("parameters");
      for (String name : route.variables()) {
        parameters
            .addObject()
            .put("name", name)
            .put("in", "path")
            .put("required", true)
            .putObject("schema")
            .put("type", "string");
      }
    }
    @Nullable String body = route.body();
    if (body != null) {
      operation
          .putObject("requestBody")
          .putObject("content")
          .putObject("application/json")
          .set("schema", reference(body));
    }
    ObjectNode responses = operation.putObject("responses");
    content(responses, "200", "Done", "application/json", route.answer());
    content(responses, "default", "Why not", "application/problem+json", "Problem");
  }

  private static void content(
      ObjectNode responses, String status, String description, String type, String schema) {
    responses
        .putObject(status)
        .put("description", description)
        .putObject("content")
        .putObject(type)
        .set("schema", reference(schema));
  }

  private static JsonNode reference(String schema) {
    return Json.object().put("$ref", "#/components/schemas/" + schema);
  }
}
