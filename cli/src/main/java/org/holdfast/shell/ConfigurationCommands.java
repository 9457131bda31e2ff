package org.holdfast.shell;

import static org.holdfast.shell.Parameter.optional;
import static org.holdfast.shell.Parameter.required;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.SecretsPlace;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The configuration as a whole. */
final class ConfigurationCommands {
  static final List<Command> ALL =
      List.of(
          Command.of(
              "saveconfig",
              Kind.ANY,
              "Writes the configuration with its secrets to a file that only its owner can read."
                  + " Every change is kept without it.",
              ConfigurationCommands::save,
              optional("file", ArgumentType.FILE, "where to; the file that the daemon keeps it in")
                  .alsoCalled("savefile")),
          Command.of(
              "restoreconfig",
              Kind.ANY,
              "Serves what a file says, one of Holdfast or of LIO, all of it or nothing.",
              ConfigurationCommands::load,
              required("file", ArgumentType.FILE, "which file").alsoCalled("savefile"),
              optional(
                  "clear_existing",
                  ArgumentType.FLAG,
                  "without effect: what the file does not name is always taken out")),
          Command.of(
              "apply",
              Kind.ANY,
              "The same as restoreconfig: serves what a file says.",
              ConfigurationCommands::load,
              required("file", ArgumentType.FILE, "which file")),
          Command.of(
              "plan",
              Kind.ANY,
              "Shows what apply would change and which sessions it would end; changes nothing.",
              ConfigurationCommands::plan,
              required("file", ArgumentType.FILE, "which file")),
          Command.of(
              "rollback",
              Kind.ANY,
              "Serves the configuration before the last change again, or a certain backup.",
              ConfigurationCommands::rollback,
              optional("backup", ArgumentType.BACKUP, "its name; the newest that differs"),
              optional("list", ArgumentType.FLAG, "true: only list the backups")),
          Command.of(
              "clearconfig",
              Kind.ANY,
              "Takes out every target and every disk; the data of files and devices stays.",
              ConfigurationCommands::clear,
              optional("confirm", ArgumentType.FLAG, "true: do it without asking")));

  private ConfigurationCommands() {}

  private static void save(Shell shell, TreeNode node, Arguments arguments) throws ShellException {
    ObjectNode body = Json.object();
    arguments.get("file").ifPresent(file -> body.put("file", path(shell, file)));
    JsonNode saved = shell.post("/v1/config/save", body);
    shell.say(
        "Saved to %s, %s bytes.".formatted(Json.string(saved, "file"), Json.count(saved, "bytes")));
  }

  private static String path(Shell shell, String file) {
    return shell.surroundings().file(file).toString();
  }

  private static void load(Shell shell, TreeNode node, Arguments arguments) throws ShellException {
    String file = path(shell, arguments.need("file"));
    JsonNode changed = shell.post("/v1/config/load", Json.object().put("file", file));
    print(shell, changed, "Nothing changed: the daemon serves what " + file + " says.");
    shell.report(changed);
  }

  private static void print(Shell shell, JsonNode changed, String nothing) {
    if (changed.path("changes").isEmpty()) {
      shell.say(nothing);
    }
    for (JsonNode change : changed.path("changes")) {
      String detail = Json.string(change, "detail");
      String kind = Json.string(change, "kind");
      shell.say(
          shell
                  .output()
                  .paint(
                      switch (kind) {
                        case "add" -> Output.Look.GOOD;
                        case "remove" -> Output.Look.BAD;
                        default -> Output.Look.NOTABLE;
                      },
                      "%-7s".formatted(kind))
              + Json.string(change, "what")
              + (detail.isEmpty() ? "" : ": " + detail));
    }
  }

  private static void plan(Shell shell, TreeNode node, Arguments arguments) throws ShellException {
    Path file = shell.surroundings().file(arguments.need("file"));
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException _) {
      throw ShellException.failed("plan: there is no file " + file + "; Tab completes paths");
    } catch (IOException e) {
      throw ShellException.failed(
          "plan: " + file + " cannot be read: " + e + "; name a file that you may read");
    }
    ObjectNode wanted =
        Json.parse(text)
            .orElseThrow(
                () ->
                    ShellException.failed(
                        "plan: "
                            + file
                            + " is not one JSON object; 'holdfast check-config "
                            + file
                            + "' says where it goes wrong"));
    ObjectNode body = Json.object();
    if (SecretsPlace.of(wanted).isPresent()) {
      body.put("file", file.toString()); // Only the daemon can put its passwords to it.
    } else {
      body.set("document", wanted);
    }
    JsonNode planned = shell.post("/v1/config/plan", body);
    print(shell, planned, "Nothing would change.");
    for (JsonNode change : planned.path("changes")) {
      for (JsonNode session : change.path("sessions_dropped")) {
        shell.say(
            shell
                .output()
                .paint(Output.Look.NOTABLE, "would end the session of " + session.asString("")));
      }
    }
    for (JsonNode warning : planned.path("warnings")) {
      shell.say("Warning: " + Shell.warning(warning));
    }
  }

  private static void rollback(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    if (arguments.flag("list", false)) {
      Table table = new Table("backup", "saved", "bytes", "what it was");
      for (JsonNode backup : shell.get("/v1/config/backups")) {
        table.row(
            Json.string(backup, "name"),
            Json.string(backup, "saved"),
            Json.string(backup, "bytes"),
            Json.string(backup, "summary"));
      }
      shell.output().lines(table.lines());
      return;
    }
    ObjectNode body = Json.object();
    arguments.get("backup").ifPresent(backup -> body.put("backup", backup));
    JsonNode changed = shell.post("/v1/config/rollback", body);
    print(shell, changed, "Nothing changed.");
    shell.report(changed);
  }

  private static void clear(Shell shell, TreeNode node, Arguments arguments) throws ShellException {
    shell
        .dialogue()
        .confirm(
            "clearconfig takes out every target and every disk", arguments.flag("confirm", false));
    shell.change(
        "clearconfig",
        document -> {
          document.root().putArray(ConfigKey.TARGETS.key());
          document.root().putArray(ConfigKey.STORAGE_OBJECTS.key());
        });
    shell.visits().go(Place.ROOT);
    shell.say("The configuration is empty; 'rollback' brings it back.");
  }
}
