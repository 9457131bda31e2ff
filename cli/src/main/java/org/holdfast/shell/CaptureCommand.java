package org.holdfast.shell;

import static org.holdfast.shell.Parameter.optional;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code capture}: recordings for Wireshark. */
final class CaptureCommand {
  static final Command ROW =
      Command.of(
          "capture",
          Kind.ANY,
          "Records one session, or what an initiator does from its next login on, to a pcapng file"
              + " that Wireshark reads; CHAP values are masked.",
          CaptureCommand::run,
          optional(
              "action",
              ArgumentType.choice("list", "start", "stop"),
              "what to do; list those that run"),
          optional(
                  "id",
                  ArgumentType.SESSION_OR_CAPTURE,
                  "start: the session; stop: the capture that list shows")
              .alsoCalled("session"),
          optional("file", ArgumentType.FILE, "start: where to; must not exist"),
          optional("limit", ArgumentType.SIZE, "start: ends by itself at that size; 256M"),
          optional(
              "initiator",
              ArgumentType.ISCSI_NAME,
              "start: instead of a session, every connection of it from its next login on"));

  private CaptureCommand() {}

  private static void run(Shell shell, TreeNode node, Arguments arguments) throws ShellException {
    switch (arguments.get("action").orElse("list")) {
      case "start" -> start(shell, arguments);
      case "stop" -> stop(shell, arguments);
      default -> list(shell);
    }
  }

  private static void list(Shell shell) throws ShellException {
    JsonNode captures = shell.get("/v1/captures");
    if (captures.isEmpty()) {
      shell.say("Nothing is captured.");
      return;
    }
    Table table =
        new Table(
            "capture",
            "session",
            "initiator",
            "state",
            "size",
            "packets",
            "lost",
            "file",
            "reason");
    for (JsonNode capture : captures) {
      String session = Json.string(capture, "session");
      table.row(
          Json.string(capture, "id"),
          session.isEmpty() ? "any" : session,
          Json.string(capture, "initiator"),
          Json.string(capture, "state"),
          Sizes.format(Json.count(capture, "bytes")),
          String.valueOf(Json.count(capture, "packets")),
          String.valueOf(Json.count(capture, "lost_packets")),
          Json.string(capture, "file"),
          Json.string(capture, "reason"));
    }
    shell.output().lines(table.lines());
  }

  private static void stop(Shell shell, Arguments arguments) throws ShellException {
    String id =
        id(arguments)
            .orElseThrow(
                () ->
                    ShellException.usage("capture stop: say which capture; 'capture' lists them"));
    JsonNode ended = shell.delete("/v1/captures/" + id);
    if (Json.string(ended, "state").equals("ending")) {
      throw ShellException.failed(
          ("capture stop: nothing more is recorded, but %s is slow to take what there is;"
                  + " 'capture' shows when it has ended")
              .formatted(Json.string(ended, "file")));
    }
    long lost = Json.count(ended, "lost_packets");
    shell.say(
        "Capture %s has ended: %s, %s, %d packets%s."
            .formatted(
                id,
                Json.string(ended, "file"),
                Sizes.format(Json.count(ended, "bytes")),
                Json.count(ended, "packets"),
                lost == 0 ? "" : ", about %d lost because the file was too slow".formatted(lost)));
  }

  private static Optional<String> id(Arguments arguments) {
    return arguments.get("id").filter(id -> id.matches("[A-Za-z0-9._:-]+"));
  }

  private static void start(Shell shell, Arguments arguments) throws ShellException {
    Optional<String> session = id(arguments);
    Optional<String> initiator = arguments.get("initiator");
    if (session.isPresent() == initiator.isPresent()) {
      throw ShellException.usage(
          session.isPresent()
              ? "capture start: say either a session or an initiator"
              : "capture start: say which session, 'sessions' lists them, or initiator=NAME");
    }
    ObjectNode body = Json.object();
    session.ifPresent(id -> body.put("session", id));
    initiator.ifPresent(name -> body.put("initiator", name));
    body.put(
        "file",
        shell
            .surroundings()
            .file(
                arguments
                    .get("file")
                    .orElseThrow(
                        () -> ShellException.usage("capture start: say where to, as file=PATH")))
            .toString());
    arguments.get("limit").ifPresent(limit -> body.put("limit_bytes", Long.parseLong(limit)));
    JsonNode started = shell.post("/v1/captures", body);
    String id = Json.string(started, "id");
    shell.say(
        initiator.isPresent()
            ? "Capture %s waits for %s to log in; 'capture stop %s' ends it."
                .formatted(id, initiator.get(), id)
            : "Capture %s runs; 'capture stop %s' ends it.".formatted(id, id));
  }
}
