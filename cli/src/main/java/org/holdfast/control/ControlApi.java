package org.holdfast.control;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.holdfast.daemon.Daemon;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Carries out each {@link Route}. Thread: any, but none that sessions run on; may block. */
final class ControlApi {
  private final Daemon daemon;
  private final ConfigService config;
  private final ReservationView reservations;
  private final CaptureRequests captures;
  private final Instant started = Instant.now();

  ControlApi(Daemon daemon, ConfigService config) {
    this.daemon = daemon;
    this.config = config;
    this.reservations = new ReservationView(daemon);
    this.captures = new CaptureRequests(daemon);
  }

  ApiAnswer answer(Route route, ApiRequest request) throws Problem {
    return switch (route) {
      case VERSION -> ApiAnswer.ok(version());
      case OPENAPI -> ApiAnswer.ok(Schemas.openApi());
      case CONFIG -> document();
      case CHANGE ->
          changed(
              config.change(
                  request.object("document"), request.revision(), request.text("note").orElse("")));
      case PLAN -> changed(plan(request));
      case ROLLBACK -> changed(config.rollback(request.text("backup")));
      case BACKUPS -> ApiAnswer.ok(backups());
      case SAVE -> ApiAnswer.ok(save(request));
      case LOAD -> changed(config.load(path(request.required("file"))));
      case STATUS -> ApiAnswer.ok(StatusView.of(daemon, TrafficView.sessions(daemon)));
      case SESSIONS -> ApiAnswer.ok(TrafficView.sessions(daemon, Instant.now()));
      case STATISTICS ->
          ApiAnswer.ok(TrafficView.statistics(daemon, Instant.now(), System.nanoTime()));
      case FAILED_LOGINS -> ApiAnswer.ok(TrafficView.failedLogins(daemon));
      case RESERVATIONS -> ApiAnswer.ok(reservations.tables());
      case RESERVATIONS_HISTORY ->
          ApiAnswer.ok(reservations.history(Optional.ofNullable(request.query().get("backstore"))));
      case RESERVATIONS_CLEAR ->
          ApiAnswer.ok(
              reservations.clear(request.required("backstore"), request.whole("generation")));
      case CAPTURES -> ApiAnswer.ok(captures.list());
      case CAPTURE -> ApiAnswer.ok(captures.start(request));
      case CAPTURE_END -> ApiAnswer.ok(captures.end(request.variables().get("id")));
    };
  }

  private ConfigService.Result plan(ApiRequest request) throws Problem {
    Optional<String> file = request.text("file");
    return file.isPresent()
        ? config.plan(path(file.get()))
        : config.plan(request.object("document"), request.revision());
  }

  private ObjectNode version() {
    @Nullable String version = ControlApi.class.getPackage().getImplementationVersion();
    return Json.object()
        .put("name", "holdfast")
        .put("version", version == null ? "(not from a jar)" : version)
        .put("api", 1)
        .put("java", Runtime.version().toString())
        .put("pid", ProcessHandle.current().pid())
        .put("started", started.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private ApiAnswer document() {
    ConfigService.Held held = config.held();
    ObjectNode json = Json.object().put("revision", held.revision());
    json.put("file", config.file().toString());
    json.set("document", Mask.masked(held.document()));
    return ApiAnswer.ok(json, held.revision());
  }

  private static ApiAnswer changed(ConfigService.Result result) {
    ObjectNode json = Json.object().put("revision", result.revision());
    json.set("changes", result.plan().json());
    json.set("warnings", Json.findings(result.warnings()));
    return ApiAnswer.ok(json, result.revision());
  }

  private ArrayNode backups() throws Problem {
    ArrayNode list = Json.array();
    for (KeptFile.Backup backup : config.backups()) {
      list.addObject()
          .put("name", backup.name())
          .put("saved", backup.saved().truncatedTo(ChronoUnit.MILLIS).toString())
          .put("bytes", backup.bytes())
          .put("summary", summary(backup.name()));
    }
    return list;
  }

  private String summary(String backup) {
    try {
      JsonNode document = config.backup(backup);
      return document.path("storage_objects").size()
          + " disks, "
          + document.path("targets").size()
          + " targets";
    } catch (Problem e) {
      return String.valueOf(e.getMessage());
    }
  }

  private ObjectNode save(ApiRequest request) throws Problem {
    Optional<String> asked = request.text("file");
    Optional<Path> file = asked.isPresent() ? Optional.of(path(asked.get())) : Optional.empty();
    int bytes = config.save(file);
    return Json.object().put("file", file.orElse(config.file()).toString()).put("bytes", bytes);
  }

  static Path path(String text) throws Problem {
    try {
      return Path.of(text).normalize();
    } catch (InvalidPathException e) {
      throw new Problem(Problem.Kind.INVALID, "\"" + text + "\" is not a path: " + e.getReason());
    }
  }
}
