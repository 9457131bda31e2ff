package org.holdfast.control;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request as its handler gets it.
 *
 * @param variables of the path
 * @param query what follows the question mark
 * @param body the JSON object it carries; empty when it carries nothing
 * @param ifMatch the entity tag of If-Match (RFC 9110 clause 13.1.1), without quotes; null: none
 */
record ApiRequest(
    Map<String, String> variables,
    Map<String, String> query,
    ObjectNode body,
    @Nullable String ifMatch) {
  ApiRequest {
    variables = Map.copyOf(variables);
    query = Map.copyOf(query);
  }

  /** A text of the body; empty when it is not there. */
  Optional<String> text(String key) throws Problem {
    @Nullable JsonNode value = body.get(key);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw wrong(key, "text");
    }
    return Optional.of(value.asString());
  }

  /** A text that must be there. */
  String required(String key) throws Problem {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      throw wrong(key, "text, which is missing");
    }
    return text.get();
  }

  /** A whole number of the body, 0 or more; empty when it is not there. */
  OptionalLong whole(String key) throws Problem {
    @Nullable JsonNode value = body.get(key);
    if (value == null || value.isNull()) {
      return OptionalLong.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
      throw wrong(key, "a whole number");
    }
    return OptionalLong.of(value.asLong());
  }

  /** An object of the body that must be there. */
  ObjectNode object(String key) throws Problem {
    if (body.get(key) instanceof ObjectNode object) {
      return object;
    }
    throw wrong(key, "an object");
  }

  /** The revision that the request was made from, in its body or as If-Match. */
  OptionalLong revision() throws Problem {
    OptionalLong inBody = whole("revision");
    if (inBody.isPresent() || ifMatch == null || ifMatch.equals("*")) {
      return inBody;
    }
    try {
      return OptionalLong.of(Long.parseLong(ifMatch));
    } catch (NumberFormatException _) {
      throw new Problem(
          Problem.Kind.NOT_UNDERSTOOD,
          "If-Match: \"" + ifMatch + "\" is no revision; send the ETag of GET /v1/config");
    }
  }

  private static Problem wrong(String key, String expected) {
    return new Problem(
        Problem.Kind.NOT_UNDERSTOOD, "the body's \"" + key + "\" must be " + expected);
  }
}
