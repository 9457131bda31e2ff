package org.holdfast.shell;

import static org.holdfast.shell.Parameter.optional;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Who holds which disk, what happened before, and a way out. */
final class ReservationCommands {
  static final List<Command> ALL =
      List.of(
          Command.of(
              "reservations",
              Kind.ANY,
              "Shows for every disk who is registered and who holds it; their history; or removes"
                  + " all registrations of a disk.",
              ReservationCommands::reservations,
              optional(
                  "action", ArgumentType.choice("list", "history", "clear"), "what to do; list"),
              optional(
                  "backstore",
                  ArgumentType.BACKSTORE,
                  "which disk; for list and history: all of them"),
              optional("confirm", ArgumentType.FLAG, "clear: true does it without asking")));

  private ReservationCommands() {}

  private static void reservations(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    Optional<String> only =
        arguments.get("backstore").map(given -> given.replaceFirst("^/?backstores/", ""));
    if (only.isEmpty() && node.kind() == Kind.DISK) {
      only = Optional.of(node.place().step(1) + "/" + node.name());
    }
    switch (arguments.get("action").orElse("list")) {
      case "history" -> history(shell, only);
      case "clear" ->
          clear(
              shell,
              only.orElseThrow(() -> ShellException.usage("reservations clear: say of which disk")),
              arguments.flag("confirm", false));
      default -> list(shell, only);
    }
  }

  private static List<JsonNode> units(Shell shell, Optional<String> only) throws ShellException {
    List<JsonNode> units = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (JsonNode unit : shell.get("/v1/reservations")) {
      String name = Json.string(unit, "backstore");
      names.add(name);
      if (only.isEmpty() || only.get().equals(name)) {
        units.add(unit);
      }
    }
    if (units.isEmpty() && only.isPresent()) {
      throw ShellException.failed(
          "reservations: there is no disk %s; %s"
              .formatted(
                  only.get(),
                  names.isEmpty() ? "there is none" : "there are: " + String.join(", ", names)));
    }
    return units;
  }

  private static void list(Shell shell, Optional<String> only) throws ShellException {
    List<JsonNode> units = units(shell, only);
    if (units.isEmpty()) {
      shell.say("There are no disks.");
    }
    for (JsonNode unit : units) {
      show(shell, unit);
    }
  }

  private static void show(Shell shell, JsonNode unit) {
    String type = Json.string(unit, "type");
    shell.say(
        shell.output().paint(Output.Look.STRONG, Json.string(unit, "backstore"))
            + ": "
            + (type.isEmpty() ? "not reserved" : type)
            + ", generation "
            + Json.count(unit, "generation")
            + ", APTPL "
            + (unit.path("aptpl").asBoolean(false) ? "on" : "off"));
    if (unit.path("registrants").isEmpty()) {
      shell.say("  nobody is registered");
      return;
    }
    Table table = new Table("  initiator", "ISID", "address", "path", "key", "holder");
    for (JsonNode registrant : unit.path("registrants")) {
      table.row(
          "  " + Json.string(registrant, "initiator"),
          Json.string(registrant, "isid"),
          Json.string(registrant, "address"),
          Json.string(registrant, "target_port"),
          Json.string(registrant, "key"),
          registrant.path("holder").asBoolean(false) ? "holder" : "");
    }
    shell.output().lines(table.lines());
  }

  private static void history(Shell shell, Optional<String> only) throws ShellException {
    String query =
        only.map(disk -> "?backstore=" + URLEncoder.encode(disk, StandardCharsets.UTF_8))
            .orElse("");
    JsonNode events = shell.get("/v1/reservations/history" + query);
    if (events.isEmpty()) {
      shell.say("Nothing has happened" + only.map(disk -> " to " + disk).orElse("") + ".");
      return;
    }
    Table table = new Table("when", "disk", "what", "by", "key", "victims", "");
    for (JsonNode event : events) {
      List<String> victims = new ArrayList<>();
      event.path("victims").forEach(victim -> victims.add(victim.asString("?")));
      table.row(
          Json.string(event, "at"),
          Json.string(event, "backstore"),
          Json.string(event, "event"),
          Json.string(event, "by"),
          Json.string(event, "key"),
          String.join(",", victims),
          Json.string(event, "text"));
    }
    shell.output().lines(table.lines());
  }

  /** The daemon refuses when the generation is another one than what was shown here. */
  private static void clear(Shell shell, String disk, boolean confirmed) throws ShellException {
    JsonNode unit = units(shell, Optional.of(disk)).getFirst();
    show(shell, unit);
    shell
        .dialogue()
        .confirm(
            "reservations clear removes every registration of "
                + disk
                + ", whoever holds it is fenced no more and fences nobody",
            confirmed);
    ObjectNode body = Json.object();
    body.put("backstore", disk);
    body.put("generation", Json.count(unit, "generation"));
    shell.post("/v1/reservations/clear", body);
    shell.say("Nobody is registered with " + disk + " any more.");
  }
}
