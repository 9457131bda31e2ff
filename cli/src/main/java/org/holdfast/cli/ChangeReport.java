package org.holdfast.cli;

import java.io.PrintWriter;
import tools.jackson.databind.JsonNode;

/** What a change comes to, for a terminal. */
final class ChangeReport {
  private ChangeReport() {}

  /**
   * @param changed an answer of the control API with changes and warnings
   */
  static void print(PrintWriter out, JsonNode changed) {
    for (JsonNode change : changed.get("changes")) {
      String detail = change.get("detail").asString();
      out.printf(
          "%-6s %s%s%n",
          change.get("kind").asString(),
          change.get("what").asString(),
          detail.isEmpty() ? "" : ": " + detail);
      for (JsonNode session : change.get("sessions_dropped")) {
        out.println("       ends the session of " + session.asString());
      }
    }
    for (JsonNode warning : changed.get("warnings")) {
      String path = warning.get("path").asString();
      out.println(
          "warning: " + (path.isEmpty() ? "" : path + ": ") + warning.get("message").asString());
    }
    if (changed.get("changes").isEmpty()) {
      out.println("no change");
    }
    out.flush();
  }
}
