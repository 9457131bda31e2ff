package org.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenApiTest {
  private static final Path PAGE = Path.of("..", "docs", "generated", "openapi.json");

  @Test
  void thePageIsWhatTheRoutesSay() throws Exception {
    byte[] wanted = Json.pretty(Schemas.openApi());
    if ("write".equals(System.getProperty("holdfast.docs"))) {
      Files.write(PAGE, wanted);
    }
    assertThat(PAGE).as("stale; write it anew with -Dholdfast.docs=write").hasBinaryContent(wanted);
  }

  @Test
  void everySchemaIsThereAndIsUsed() {
    Set<String> known = new HashSet<>(Schemas.all().propertyNames());
    Set<String> used = new HashSet<>();
    JsonNode api = Schemas.openApi();
    for (JsonNode reference : api.findValues("$ref")) {
      used.add(reference.asString().replace("#/components/schemas/", ""));
    }
    assertThat(used).isEqualTo(known);
  }

  @Test
  void noTwoRowsAnswerTheSameRequest() throws Exception {
    for (Route route : Route.values()) {
      String path = route.path().replaceAll("\\{[a-z]+}", "7");
      assertThat(Route.of(route.method(), path).route()).isEqualTo(route);
      assertThat(Route.of(route.method(), path).variables()).hasSameSizeAs(route.variables());
    }
  }
}
