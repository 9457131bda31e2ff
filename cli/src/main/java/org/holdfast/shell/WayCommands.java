package org.holdfast.shell;

import static org.holdfast.shell.Parameter.optional;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Looking around, going places, and help. */
final class WayCommands {
  static final List<Command> ALL =
      List.of(
          Command.of(
              "ls",
              Kind.ANY,
              "Shows the tree from here, or from a path.",
              WayCommands::ls,
              optional("path", ArgumentType.PATH, "where to begin; here"),
              optional("depth", ArgumentType.COUNT, "how many levels; all, or tree_max_depth")),
          Command.of(
              "cd",
              Kind.ANY,
              "Goes to a path; 'cd <' and 'cd >' go back and forth among the places you were at;"
                  + " without a path it lets you choose.",
              WayCommands::cd,
              optional("path", ArgumentType.PATH, "where to; choose from a list")),
          Command.of(
              "pwd",
              Kind.ANY,
              "Shows where you are.",
              (shell, _, _) -> shell.say(shell.visits().here().toString())),
          Command.of(
              "bookmarks",
              Kind.ANY,
              "Names for paths: @NAME stands for the path wherever a path can be typed.",
              WayCommands::bookmarks,
              optional(
                  "action",
                  ArgumentType.choice("show", "add", "del", "go"),
                  "show all, add the present path, remove, or go there; show"),
              optional("bookmark", ArgumentType.BOOKMARK, "its name")),
          Command.of(
              "help",
              Kind.ANY,
              "Lists the commands of this place, or explains one.",
              WayCommands::help,
              optional("command", ArgumentType.COMMAND, "which; all")),
          Command.of(
              "refresh",
              Kind.ANY,
              "Asks the daemon again; every command does so anyway.",
              (shell, _, _) -> shell.look()),
          Command.of(
              "version",
              Kind.ANY,
              "Shows which daemon answers, and since when it runs.",
              WayCommands::version),
          Command.of("exit", Kind.ANY, "Leaves the shell.", (shell, _, _) -> shell.end()));

  private WayCommands() {}

  private static void ls(Shell shell, TreeNode at, Arguments arguments) throws ShellException {
    Snapshot snapshot = shell.look();
    TreeNode node = at.equals(TreeNodeOutside.NODE) ? shell.here(snapshot) : at;
    if (arguments.get("path").isPresent()) {
      String path = arguments.need("path");
      node =
          snapshot.node(
              path.startsWith("/") || path.startsWith("@")
                  ? shell.target(path)
                  : node.place().resolve(path));
    }
    int most = shell.preferences().count(Preference.TREE_MAX_DEPTH);
    int depth =
        arguments
            .get("depth")
            .map(text -> (int) Math.min(Integer.MAX_VALUE, Long.parseLong(text)))
            .orElse(most == 0 ? TreePrinter.UNLIMITED : most);
    shell.output().lines(TreePrinter.draw(node, depth, shell.output()));
  }

  private static void cd(Shell shell, TreeNode at, Arguments arguments) throws ShellException {
    String path = arguments.get("path").orElse("");
    switch (path) {
      case "<" -> shell.visits().back();
      case ">" -> shell.visits().forward();
      case "" -> pick(shell, shell.placeOf(at));
      default -> {
        Place base = at.equals(TreeNodeOutside.NODE) ? shell.visits().here() : at.place();
        Place to =
            path.startsWith("/") || path.startsWith("@") ? shell.target(path) : base.resolve(path);
        // The tree's own spelling: 0 may have been typed for lun0.
        shell.visits().go(shell.look().node(to).place());
      }
    }
  }

  /** Lists what is above and below with numbers, and asks for one. */
  private static void pick(Shell shell, TreeNode here) throws ShellException {
    List<TreeNode> places = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    Snapshot snapshot = shell.look();
    for (int up = here.place().steps().size(); up > 0; up--) {
      places.add(snapshot.node(here.place().up(up)));
    }
    collect(here, places);
    for (int i = 0; i < places.size(); i++) {
      lines.add("%3d  %s".formatted(i + 1, places.get(i).place()));
    }
    shell.output().lines(lines);
    Optional<String> answer =
        shell.dialogue().ask("Go to which number? Nothing stays here: ").map(String::strip);
    if (answer.isEmpty()) {
      throw ShellException.usage("cd: say where to: a path of the tree, <, or >");
    }
    if (answer.get().isEmpty()) {
      return;
    }
    long number = Document.number(answer.get());
    if (number < 1 || number > places.size()) {
      throw ShellException.usage(
          "cd: '" + answer.get() + "' is not a number from 1 to " + places.size());
    }
    shell.visits().go(places.get((int) number - 1).place());
  }

  private static void collect(TreeNode node, List<TreeNode> places) {
    places.add(node);
    node.children().forEach(child -> collect(child, places));
  }

  private static void bookmarks(Shell shell, TreeNode at, Arguments arguments)
      throws ShellException {
    String action = arguments.get("action").orElse("show");
    if (action.equals("show")) {
      if (shell.preferences().bookmarks().isEmpty()) {
        shell.say("There are no bookmarks; 'bookmarks add NAME' makes one of this place.");
      }
      shell.preferences().bookmarks().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(mark -> shell.say("@" + mark.getKey() + "  " + mark.getValue()));
      return;
    }
    String name =
        arguments
            .get("bookmark")
            .map(given -> given.startsWith("@") ? given.substring(1) : given)
            .orElseThrow(() -> ShellException.usage("bookmarks " + action + ": say which one"));
    switch (action) {
      case "add" -> {
        if (!name.matches("[A-Za-z0-9_-]{1,40}")) {
          throw ShellException.usage(
              "bookmarks add: '"
                  + name
                  + "' is not a name of letters, digits, - and _, at most 40 of them");
        }
        Place place = at.equals(TreeNodeOutside.NODE) ? shell.visits().here() : at.place();
        shell.preferences().addBookmark(name, place);
        shell.say("@" + name + " stands for " + place);
      }
      case "del" -> {
        shell.preferences().removeBookmark(name);
        shell.say("@" + name + " is gone");
      }
      default -> shell.visits().go(shell.look().node(shell.preferences().bookmark(name)).place());
    }
  }

  private static void help(Shell shell, TreeNode at, Arguments arguments) throws ShellException {
    if (arguments.get("command").isPresent()) {
      helpFor(shell, arguments.need("command"));
      return;
    }
    TreeNode place;
    try {
      place = shell.placeOf(at);
    } catch (ShellException _) {
      place = at; // Without a daemon there is help still: that of the root.
    }
    Table table = new Table("command", "what it does");
    for (Command command : Commands.at(place.kind())) {
      table.row(command.usage(), command.help());
    }
    shell.say("At " + place.place() + ":");
    shell.output().lines(table.lines());
    shell.say(
        "Say 'help COMMAND' for its parameters, and a path before a command to give it there.");
  }

  private static void helpFor(Shell shell, String name) throws ShellException {
    List<Command> commands =
        Commands.all().stream().filter(command -> command.name().equals(name)).toList();
    if (commands.isEmpty()) {
      throw ShellException.usage("help: there is no command '" + name + "'; 'help' lists them");
    }
    for (Command command : commands) {
      shell.say(shell.output().paint(Output.Look.STRONG, command.usage()));
      if (!command.where().equals(Kind.ANY)) {
        shell.say(
            "  at "
                + String.join(", ", command.where().stream().sorted().map(Kind::pattern).toList()));
      }
      shell.say("  " + command.help());
      for (Parameter parameter : command.parameters()) {
        shell.say(
            "    %s=  %s: %s"
                .formatted(parameter.name(), parameter.type().expected(), parameter.help()));
      }
    }
  }

  private static void version(Shell shell, TreeNode at, Arguments arguments) throws ShellException {
    JsonNode version = shell.get("/v1/version");
    shell.say(
        "holdfast %s, API %s, Java %s, process %s, since %s"
            .formatted(
                Json.string(version, "version"),
                Json.string(version, "api"),
                Json.string(version, "java"),
                Json.string(version, "pid"),
                Json.string(version, "started")));
  }
}
