package org.holdfast.control;

import java.util.List;
import org.holdfast.config.ConfigException;
import org.holdfast.config.Finding;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Why a request is refused: application/problem+json (RFC 9457). The message is for the user. */
final class Problem extends Exception {
  private static final long serialVersionUID = 1L;

  /** Kinds of refusal. */
  enum Kind {
    NOT_UNDERSTOOD(400, "not understood"),
    NOT_ALLOWED(401, "not allowed"),
    NOT_FOUND(404, "not found"),
    WRONG_METHOD(405, "not possible here"),
    CONFLICT(409, "somebody else was faster"),
    TOO_LARGE(413, "too large"),
    NOT_FOR_HERE(421, "not for here"),
    INVALID(422, "cannot be served"),
    DEFECT(500, "unexpected"),
    NOT_KEPT(507, "could not be kept");

    private final int status;
    private final String title;

    Kind(int status, String title) {
      this.status = status;
      this.title = title;
    }

    /** Status code of HTTP (RFC 9110 clause 15, RFC 4918 clause 11.5). */
    int status() {
      return status;
    }

    String title() {
      return title;
    }
  }

  private final Kind kind;
  private final transient List<Finding> findings;

  /**
   * @param detail what, where, what to do
   * @param findings what is wrong in a document
   */
  Problem(Kind kind, String detail, List<Finding> findings) {
    super(detail);
    this.kind = kind;
    this.findings = List.copyOf(findings);
  }

  Problem(Kind kind, String detail) {
    this(kind, detail, List.of());
  }

  /** A document that cannot be served. */
  static Problem of(ConfigException e) {
    return new Problem(
        Kind.INVALID,
        e.errors().size() == 1
            ? "this configuration cannot be served; nothing was changed"
            : "this configuration cannot be served for "
                + e.errors().size()
                + " reasons; nothing was changed",
        e.errors());
  }

  Kind kind() {
    return kind;
  }

  List<Finding> findings() {
    return findings;
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("status", kind.status()).put("title", kind.title()).put("detail", getMessage());
    json.set("findings", Json.findings(findings));
    return json;
  }
}
