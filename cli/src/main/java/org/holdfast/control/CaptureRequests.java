package org.holdfast.control;

import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.holdfast.daemon.Daemon;
import org.holdfast.iscsi.capture.CaptureException;
import org.holdfast.iscsi.capture.CaptureInfo;
import org.holdfast.iscsi.capture.Captures;
import org.holdfast.iscsi.capture.Subject;
import org.holdfast.iscsi.login.IscsiName;
import org.holdfast.iscsi.session.SessionInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Starts, lists and ends captures. */
final class CaptureRequests {
  private final Daemon daemon;

  CaptureRequests(Daemon daemon) {
    this.daemon = daemon;
  }

  ArrayNode list() {
    ArrayNode list = Json.array();
    daemon.captures().list().forEach(capture -> list.add(json(capture)));
    return list;
  }

  ObjectNode start(ApiRequest request) throws Problem {
    Optional<String> session = request.text("session");
    Optional<String> initiator = request.text("initiator");
    Path file = ControlApi.path(request.required("file"));
    long limit = request.whole("limit_bytes").orElse(Captures.DEFAULT_LIMIT);
    if (session.isPresent() == initiator.isPresent()) {
      throw new Problem(
          Problem.Kind.INVALID,
          "a capture is of either a \"session\", which has to be there, or an \"initiator\", which"
              + " has yet to log in; say one of them");
    }
    try {
      return json(
          session.isPresent()
              ? daemon.capture(session(session.get()), file, limit)
              : daemon
                  .captures()
                  .start(
                      new Subject.Logins(name(initiator.orElseThrow())), file, limit, _ -> true));
    } catch (CaptureException e) {
      throw new Problem(Problem.Kind.INVALID, String.valueOf(e.getMessage()));
    }
  }

  private SessionInfo session(String id) throws Problem {
    return daemon.sessions().stream()
        .filter(session -> String.valueOf(session.tsih()).equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new Problem(
                    Problem.Kind.NOT_FOUND,
                    "there is no session " + id + "; GET /v1/sessions lists them"));
  }

  private static String name(String text) throws Problem {
    return IscsiName.normalise(text)
        .orElseThrow(
            () ->
                new Problem(
                    Problem.Kind.INVALID, "\"" + text + "\" is not an iqn., eui. or naa. name"));
  }

  ObjectNode end(@Nullable String id) throws Problem {
    return json(
        daemon
            .captures()
            .end(String.valueOf(id))
            .orElseThrow(
                () ->
                    new Problem(
                        Problem.Kind.NOT_FOUND,
                        "there is no capture " + id + "; GET /v1/captures lists them")));
  }

  private static ObjectNode json(CaptureInfo capture) {
    return Json.object()
        .put("id", capture.id())
        .put(
            "session",
            switch (capture.subject()) {
              case Subject.Session session -> String.valueOf(session.tsih());
              case Subject.Logins _ -> null;
            })
        .put("initiator", capture.subject().initiator())
        .put("file", capture.file().toString())
        .put("state", capture.state().name().toLowerCase(Locale.ROOT))
        .put("reason", capture.reason())
        .put("bytes", capture.bytes())
        .put("limit_bytes", capture.limit())
        .put("packets", capture.packets())
        .put("lost_packets", capture.lostPackets())
        .put("lost_bytes", capture.lostBytes())
        .put("started", capture.started().truncatedTo(ChronoUnit.MILLIS).toString());
  }
}
