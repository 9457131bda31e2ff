package org.holdfast.shell;

import static org.holdfast.shell.Parameter.optional;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Who is logged in, what they do, and recordings of it. */
final class SessionCommands {
  /** Over how long the rates of {@code sessions} are measured. */
  private static final Duration GLANCE = Duration.ofMillis(500);

  private static final Duration SECOND = Duration.ofSeconds(1);

  static final List<Command> ALL =
      List.of(
          Command.of(
              "sessions",
              Kind.ANY,
              "Lists who is logged in, with what they do at the moment.",
              SessionCommands::sessions,
              optional("action", ArgumentType.choice("list", "detail"), "how much of each; list"),
              optional("sid", ArgumentType.SESSION, "only that one")),
          Command.of(
              "top",
              Kind.ANY,
              "Shows live what every disk and session does, until Ctrl-C.",
              SessionCommands::top,
              optional(
                  "action",
                  ArgumentType.choice("live", "once"),
                  "once: measure for one second and end; live")),
          CaptureCommand.ROW);

  private SessionCommands() {}

  private static void sessions(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    Rates.Sample before = Rates.sample(shell.pace(), shell.get("/v1/sessions"));
    Optional<String> only = arguments.get("sid");
    List<JsonNode> wanted = wanted(before, only);
    if (wanted.isEmpty()) {
      if (only.isPresent()) {
        throw ShellException.failed(
            "sessions: there is no session " + only.get() + "; 'sessions' lists them");
      }
      shell.say("Nobody is logged in.");
      return;
    }
    if (!shell.pace().pause(GLANCE)) {
      throw ShellException.interrupted();
    }
    Rates.Sample after = Rates.sample(shell.pace(), shell.get("/v1/sessions"));
    Table table =
        new Table(
            "session",
            "initiator",
            "address",
            "target",
            "tpg",
            "LUNs",
            "digests",
            "age",
            "read/s",
            "written/s");
    for (JsonNode session : wanted(after, only)) {
      Rates rates = Rates.between(before, after, "id", Json.string(session, "id"));
      table.row(
          Json.string(session, "id"),
          Json.string(session, "initiator"),
          addresses(session),
          Json.string(session, "target"),
          Json.string(session, "tpg"),
          String.join(",", texts(session.path("luns"))),
          digests(session),
          age(Json.count(session, "age_seconds")),
          rates.readBytes(),
          rates.writtenBytes());
    }
    shell.output().lines(table.lines());
    if (arguments.get("action").filter("detail"::equals).isPresent()) {
      wanted(after, only).forEach(session -> detail(shell, session));
    }
  }

  private static List<JsonNode> wanted(Rates.Sample sample, Optional<String> only) {
    List<JsonNode> wanted = new ArrayList<>();
    for (JsonNode session : sample.entries()) {
      if (only.isEmpty() || only.get().equals(Json.string(session, "id"))) {
        wanted.add(session);
      }
    }
    return wanted;
  }

  private static void detail(Shell shell, JsonNode session) {
    shell.say("");
    shell.say(
        "session %s: ISID %s, TSIH %s, %s reads, %s writes, %s read, %s written, %s in flight"
            .formatted(
                Json.string(session, "id"),
                Json.string(session, "isid"),
                Json.string(session, "tsih"),
                Json.count(session, "reads"),
                Json.count(session, "writes"),
                Sizes.format(Json.count(session, "read_bytes")),
                Sizes.format(Json.count(session, "write_bytes")),
                Json.count(session, "in_flight")));
    for (JsonNode connection : session.path("connections")) {
      shell.say(
          "  connection %s from %s, header digest %s, data digest %s"
              .formatted(
                  Json.string(connection, "cid"),
                  Json.string(connection, "address"),
                  Json.string(connection, "header_digest"),
                  Json.string(connection, "data_digest")));
    }
  }

  private static String addresses(JsonNode session) {
    List<String> all = new ArrayList<>();
    session.path("connections").forEach(one -> all.add(Json.string(one, "address")));
    return String.join(",", all);
  }

  private static String digests(JsonNode session) {
    JsonNode first = session.path("connections").path(0);
    return Json.string(first, "header_digest") + "/" + Json.string(first, "data_digest");
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(entry -> texts.add(entry.asString("?")));
    return texts;
  }

  /** {@code 3d04h}, {@code 2h07m}, {@code 12s}: two units are enough. */
  static String age(long seconds) {
    if (seconds >= 86_400) {
      return "%dd%02dh".formatted(seconds / 86_400, seconds % 86_400 / 3600);
    }
    if (seconds >= 3600) {
      return "%dh%02dm".formatted(seconds / 3600, seconds % 3600 / 60);
    }
    return seconds >= 60 ? "%dm%02ds".formatted(seconds / 60, seconds % 60) : seconds + "s";
  }

  private static void top(Shell shell, TreeNode node, Arguments arguments) throws ShellException {
    // Without a terminal there is nothing to draw on again and again.
    boolean once =
        arguments.get("action").filter("once"::equals).isPresent() || !shell.output().redraws();
    JsonNode before = shell.get("/v1/statistics");
    long began = shell.pace().nanos();
    while (true) {
      if (!shell.pace().pause(SECOND)) {
        return; // That is how top ends.
      }
      JsonNode after = shell.get("/v1/statistics");
      long ended = shell.pace().nanos();
      List<String> lines = topLines(before, after, ended - began);
      if (once) {
        shell.output().lines(lines);
        return;
      }
      shell.output().redraw(lines);
      before = after;
      began = ended;
    }
  }

  private static List<String> topLines(JsonNode before, JsonNode after, long nanos) {
    List<String> lines = new ArrayList<>();
    lines.addAll(rates(before, after, nanos, "units", "backstore", "disk"));
    lines.add("");
    lines.addAll(rates(before, after, nanos, "sessions", "id", "session"));
    JsonNode logins = after.path("logins");
    lines.add("");
    lines.add(
        "logins: %d ok, %d failed, %d refused because of too many failures"
            .formatted(
                Json.count(logins, "ok"),
                Json.count(logins, "failed"),
                Json.count(logins, "refused_by_rate")));
    return lines;
  }

  private static List<String> rates(
      JsonNode before, JsonNode after, long nanos, String list, String key, String title) {
    Table table =
        new Table(
            title,
            "reads/s",
            "writes/s",
            "read/s",
            "written/s",
            "read ms",
            "write ms",
            "in flight",
            title.equals("session") ? "initiator" : "");
    Rates.Sample first = new Rates.Sample(0, before.path(list));
    Rates.Sample second = new Rates.Sample(nanos, after.path(list));
    for (JsonNode entry : after.path(list)) {
      String name = Json.string(entry, key);
      Rates rates = Rates.between(first, second, key, name);
      table.row(
          name,
          rates.reads(),
          rates.writes(),
          rates.readBytes(),
          rates.writtenBytes(),
          rates.readMillis(),
          rates.writeMillis(),
          String.valueOf(Json.count(entry, "in_flight")),
          Json.string(entry, "initiator"));
    }
    return table.lines();
  }
}
