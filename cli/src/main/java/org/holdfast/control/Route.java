package org.holdfast.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every request that is answered, one row each. Dispatch, the OpenAPI description and its page come
 * from here. What is in the bodies is in {@link Schemas}.
 */
enum Route {
  VERSION("GET", "/v1/version", "Who answers", "Version"),
  OPENAPI("GET", "/v1/openapi.json", "This description", "Anything"),
  CONFIG("GET", "/v1/config", "The configuration, without secrets", "Config"),
  CHANGE(
      "PUT",
      "/v1/config",
      "Serve another configuration, all of it or nothing, and keep it",
      "WantedConfig",
      "Changed"),
  PLAN(
      "POST",
      "/v1/config/plan",
      "What another configuration, or that of a file, would change; nothing does",
      "PlannedConfig",
      "Changed"),
  ROLLBACK(
      "POST",
      "/v1/config/rollback",
      "Serve what was served before, or a certain backup",
      "Rollback",
      "Changed"),
  BACKUPS("GET", "/v1/config/backups", "Configurations of the past", "Backups"),
  SAVE(
      "POST",
      "/v1/config/save",
      "Write the configuration, with its secrets, to a file",
      "Save",
      "Saved"),
  LOAD(
      "POST",
      "/v1/config/load",
      "Serve what a file says, one of Holdfast or of LIO",
      "Load",
      "Changed"),
  STATUS("GET", "/v1/status", "What is there, beside what is configured", "Status"),
  SESSIONS("GET", "/v1/sessions", "Who is logged in", "Sessions"),
  STATISTICS("GET", "/v1/statistics", "Counters that only grow", "Statistics"),
  FAILED_LOGINS("GET", "/v1/failed-logins", "Who was not let in, and why", "FailedLogins"),
  RESERVATIONS("GET", "/v1/reservations", "Who has registered and reserved what", "Reservations"),
  RESERVATIONS_HISTORY(
      "GET",
      "/v1/reservations/history",
      "The last changes of the reservations, of one disk with ?backstore=fileio/name",
      "ReservationsHistory"),
  RESERVATIONS_CLEAR(
      "POST",
      "/v1/reservations/clear",
      "End every registration and reservation of a disk, as CLEAR does",
      "ClearReservations",
      "ReservationsCleared"),
  CAPTURES("GET", "/v1/captures", "Recordings of sessions, and what became of them", "Captures"),
  CAPTURE(
      "POST",
      "/v1/captures",
      "Record a session, or all that an initiator does from its next login on",
      "WantedCapture",
      "Capture"),
  CAPTURE_END(
      "DELETE", "/v1/captures/{id}", "End a recording and forget it; the file stays", "Capture");

  private final String method;
  private final String path;
  private final String summary;
  private final @Nullable String body;
  private final String answer;

  /** A request without a body. */
  Route(String method, String path, String summary, String answer) {
    this(method, path, summary, null, answer);
  }

  Route(String method, String path, String summary, @Nullable String body, String answer) {
    this.method = method;
    this.path = path;
    this.summary = summary;
    this.body = body;
    this.answer = answer;
  }

  String method() {
    return method;
  }

  /** With names in braces: {@code /v1/captures/{id}}. */
  String path() {
    return path;
  }

  String summary() {
    return summary;
  }

  /** Name of the body's schema in {@link Schemas}; null: there is no body. */
  @Nullable String body() {
    return body;
  }

  /** Name of the answer's schema. */
  String answer() {
    return answer;
  }

  /** Names of the steps in {@link #path} that stand for anything. */
  List<String> variables() {
    List<String> names = new ArrayList<>();
    for (String step : path.split("/", -1)) {
      if (step.startsWith("{")) {
        names.add(step.substring(1, step.length() - 1));
      }
    }
    return names;
  }

  /**
   * The route of a request and what its variables stand for.
   *
   * @param variables by name
   */
  record Match(Route route, Map<String, String> variables) {
    Match {
      variables = Map.copyOf(variables);
    }
  }

  /**
   * Finds the row for a request.
   *
   * @throws Problem when there is none: no such path, or none with that method
   */
  static Match of(String method, String path) throws Problem {
    List<String> methods = new ArrayList<>();
    for (Route route : values()) {
      Optional<Map<String, String>> variables = route.match(path);
      if (variables.isPresent() && route.method.equals(method)) {
        return new Match(route, variables.get());
      }
      if (variables.isPresent()) {
        methods.add(route.method);
      }
    }
    throw methods.isEmpty()
        ? new Problem(
            Problem.Kind.NOT_FOUND, path + " is not known here; GET /v1/openapi.json lists all")
        : new Problem(
            Problem.Kind.WRONG_METHOD,
            method + " is not possible for " + path + ", only " + String.join(" and ", methods));
  }

  private Optional<Map<String, String>> match(String asked) {
    String[] ours = path.split("/", -1);
    String[] theirs = asked.split("/", -1);
    if (ours.length != theirs.length) {
      return Optional.empty();
    }
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < ours.length; i++) {
      if (ours[i].startsWith("{") && !theirs[i].isEmpty()) {
        variables.put(ours[i].substring(1, ours[i].length() - 1), theirs[i]);
      } else if (!ours[i].equals(theirs[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(variables);
  }
}
