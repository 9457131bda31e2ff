package org.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.holdfast.control.client.ControlClient;
import org.holdfast.control.client.ControlException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Holds what goes out and comes in against the OpenAPI description. */
record CheckedClient(ControlClient client) implements ControlClient {
  @FunctionalInterface
  private interface Question {
    JsonNode ask() throws ControlException;
  }

  private static JsonNode checked(String method, String path, Question question)
      throws ControlException {
    try {
      JsonNode answer = question.ask();
      Route route = route(method, path);
      assertThat(SchemaRules.violations(route.answer(), answer))
          .as("%s of %s %s", route.answer(), method, path)
          .isEmpty();
      return answer;
    } catch (ControlException e) {
      assertThat(e.status()).as("an answer, not a broken connection: %s", e).isPositive();
      assertThat(e.detail()).isNotEmpty();
      throw e;
    }
  }

  private static Route route(String method, String path) {
    try {
      return Route.of(method, path.replaceFirst("\\?.*", "")).route();
    } catch (Problem e) {
      throw new AssertionError("answered without a route: " + path, e);
    }
  }

  @Override
  public JsonNode get(String path) throws ControlException {
    return checked("GET", path, () -> client.get(path));
  }

  @Override
  public JsonNode post(String path, @Nullable JsonNode body) throws ControlException {
    return checked("POST", path, () -> client.post(path, body));
  }

  @Override
  public JsonNode put(String path, JsonNode body) throws ControlException {
    return checked("PUT", path, () -> client.put(path, body));
  }

  @Override
  public JsonNode delete(String path) throws ControlException {
    return checked("DELETE", path, () -> client.delete(path));
  }

  @Override
  public void cancel() {
    client.cancel();
  }

  @Override
  public void resume() {
    client.resume();
  }
}
