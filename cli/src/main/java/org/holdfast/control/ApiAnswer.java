package org.holdfast.control;

import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request is answered with.
 *
 * @param status of HTTP
 * @param revision sent as ETag; empty: none
 */
record ApiAnswer(int status, JsonNode body, OptionalLong revision) {
  static ApiAnswer ok(JsonNode body) {
    return new ApiAnswer(200, body, OptionalLong.empty());
  }

  static ApiAnswer ok(ObjectNode body, long revision) {
    return new ApiAnswer(200, body, OptionalLong.of(revision));
  }

  static ApiAnswer of(Problem problem) {
    return new ApiAnswer(problem.kind().status(), problem.json(), OptionalLong.empty());
  }
}
