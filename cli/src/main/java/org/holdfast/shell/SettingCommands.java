package org.holdfast.shell;

import static org.holdfast.shell.Parameter.optional;
import static org.holdfast.shell.Parameter.required;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.config.ConfigKey;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code get}, {@code set}, {@code info} and {@code status}. */
final class SettingCommands {
  static final List<Command> ALL =
      List.of(
          Command.of(
                  "get",
                  Kind.ANY,
                  "Shows the settings of a group of this place; secrets are hidden.",
                  SettingCommands::get,
                  optional("group", ArgumentType.GROUP, "which group; their names"))
              .followedBy(Command.Rest.NAMES),
          Command.of(
                  "set",
                  Kind.ANY,
                  "Changes settings of a group of this place, all of them or none; name= alone goes"
                      + " back to the default, and a secret as name=- is read from standard input,"
                      + " or asked for at a terminal.",
                  SettingCommands::set,
                  required("group", ArgumentType.GROUP, "which group; 'get' lists them"))
              .followedBy(Command.Rest.PAIRS),
          Command.of("info", Kind.ANY, "Shows everything about this place.", SettingCommands::info),
          Command.of(
              "status", Kind.ANY, "Shows how this place is doing.", SettingCommands::status));

  /** In the place of a secret: it is not on the command line. */
  private static final String READ = "-";

  private SettingCommands() {}

  private static void get(Shell shell, TreeNode at, Arguments arguments) throws ShellException {
    Optional<String> group = arguments.get("group");
    if (group.filter(SettingGroup.GLOBAL::equals).isPresent()) {
      getGlobal(shell, arguments.names());
      return;
    }
    Snapshot snapshot = shell.look();
    TreeNode node = at.equals(TreeNodeOutside.NODE) ? shell.here(snapshot) : at;
    if (group.isEmpty()) {
      Table table = new Table("group", "what it is");
      for (SettingGroup known : SettingGroup.at(node.kind())) {
        table.row(known.word(), known.meaning());
      }
      table.row(SettingGroup.GLOBAL, "the shell's own");
      shell.output().lines(table.lines());
      return;
    }
    SettingGroup found = group(node, group.get());
    JsonNode holder = found.holder(snapshot.document(), node.place()).orElseGet(Json::object);
    Table table = new Table("setting", "what it means");
    for (Setting setting : chosen(found, arguments.names())) {
      table.row(setting.name() + "=" + setting.show(holder), setting.meaning());
    }
    shell.output().lines(table.lines());
  }

  private static List<Setting> chosen(SettingGroup group, List<String> names)
      throws ShellException {
    if (names.isEmpty()) {
      return group.settings();
    }
    List<Setting> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(setting(group, name));
    }
    return chosen;
  }

  private static SettingGroup group(TreeNode node, String word) throws ShellException {
    List<String> all =
        new ArrayList<>(SettingGroup.at(node.kind()).stream().map(SettingGroup::word).toList());
    all.add(SettingGroup.GLOBAL);
    return SettingGroup.find(word, node.kind())
        .orElseThrow(
            () ->
                ShellException.usage(
                    "there is no group '%s' at %s; there are: %s"
                        .formatted(word, node.place(), String.join(", ", all))));
  }

  private static Setting setting(SettingGroup group, String name) throws ShellException {
    return group
        .setting(name)
        .orElseThrow(
            () ->
                ShellException.usage(
                    "there is no setting '%s' in %s; there are: %s"
                        .formatted(
                            name,
                            group.word(),
                            String.join(
                                ", ", group.settings().stream().map(Setting::name).toList()))));
  }

  private static void getGlobal(Shell shell, List<String> names) throws ShellException {
    Table table = new Table("setting", "what it means");
    List<Preference> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(preference(name));
    }
    for (Preference preference : names.isEmpty() ? List.of(Preference.values()) : chosen) {
      table.row(preference.word() + "=" + shell.preferences().get(preference), preference.help());
    }
    shell.output().lines(table.lines());
  }

  private static Preference preference(String name) throws ShellException {
    return Preference.of(name)
        .orElseThrow(
            () ->
                ShellException.usage(
                    "there is no setting '%s' in global; there are: %s"
                        .formatted(
                            name,
                            String.join(
                                ", ",
                                List.of(Preference.values()).stream()
                                    .map(Preference::word)
                                    .toList()))));
  }

  private static void set(Shell shell, TreeNode at, Arguments arguments) throws ShellException {
    String word = arguments.need("group");
    Map<String, String> pairs = arguments.pairs();
    if (pairs.isEmpty()) {
      throw ShellException.usage(
          "set: say what to set, as name=value; 'get " + word + "' lists them");
    }
    if (word.equals(SettingGroup.GLOBAL)) {
      setGlobal(shell, pairs);
      return;
    }
    TreeNode node = shell.placeOf(at);
    SettingGroup group = group(node, word);
    List<Setting> settings = chosen(group, List.copyOf(pairs.keySet()));
    Map<String, String> values = withSecrets(shell, settings, pairs);
    shell.change(
        "set " + word + " of " + node.place(),
        document -> {
          ObjectNode holder = group.holderToChange(document, node.place());
          for (Setting setting : settings) {
            setting.write(holder, values.getOrDefault(setting.name(), ""));
          }
        });
    JsonNode holder = group.holder(shell.look().document(), node.place()).orElseGet(Json::object);
    for (Setting setting : settings) {
      shell.say(
          setting.name()
              + "="
              + setting.show(holder)
              + (setting.meaning().startsWith("without effect")
                  ? "  (" + setting.meaning() + ")"
                  : ""));
    }
  }

  /** What was typed, and the secrets that were not: each is read once, in the order of the line. */
  private static Map<String, String> withSecrets(
      Shell shell, List<Setting> settings, Map<String, String> pairs) throws ShellException {
    Map<String, String> values = new HashMap<>(pairs);
    for (Setting setting : settings) {
      if (setting.isSecret() && values.getOrDefault(setting.name(), "").equals(READ)) {
        values.put(setting.name(), shell.dialogue().askSecret(setting.name()));
      }
    }
    return values;
  }

  private static void setGlobal(Shell shell, Map<String, String> pairs) throws ShellException {
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      Preference preference = preference(pair.getKey());
      String value =
          pair.getValue().isEmpty()
              ? preference.fallback()
              : preference
                  .type()
                  .reader()
                  .apply(pair.getValue())
                  .orElseThrow(
                      () ->
                          ShellException.usage(
                              "set: %s is %s, not '%s'"
                                  .formatted(
                                      preference.word(),
                                      preference.type().expected(),
                                      pair.getValue())));
      shell.preferences().set(preference, value);
      shell.say(preference.word() + "=" + value);
    }
  }

  private static void info(Shell shell, TreeNode at, Arguments arguments) throws ShellException {
    Snapshot snapshot = shell.look();
    TreeNode node = at.equals(TreeNodeOutside.NODE) ? shell.here(snapshot) : at;
    Table table = new Table("path", node.place().toString());
    table.row("summary", node.summary());
    if (node.kind() == Kind.DISK) {
      Snapshot.disk(snapshot.status(), node.place().step(1), node.name())
          .ifPresent(live -> fields(live, table));
    }
    for (SettingGroup group : SettingGroup.at(node.kind())) {
      JsonNode holder = group.holder(snapshot.document(), node.place()).orElseGet(Json::object);
      for (Setting setting : group.settings()) {
        if (holder.has(setting.key()) && setting.row() != ConfigKey.SO_WWN) {
          table.row(group.word() + " " + setting.name(), setting.show(holder));
        }
      }
    }
    if (node.kind() == Kind.ROOT) {
      fields(shell.get("/v1/version"), table);
      table.row("revision", String.valueOf(snapshot.revision()));
    }
    shell.output().lines(table.lines());
  }

  private static void fields(JsonNode object, Table table) {
    object
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isValueNode()) {
                table.row(field.getKey(), field.getValue().asString(""));
              } else if (field.getValue().isArray()) {
                List<String> entries = new ArrayList<>();
                field.getValue().forEach(entry -> entries.add(entry.asString("")));
                table.row(field.getKey(), String.join(", ", entries));
              }
            });
  }

  private static void status(Shell shell, TreeNode at, Arguments arguments) throws ShellException {
    TreeNode node = shell.placeOf(at);
    List<TreeNode> bad = new ArrayList<>();
    collectBad(node, bad);
    shell.say(node.place() + ": " + (bad.isEmpty() ? "OK" : "not everything is well"));
    for (TreeNode trouble : bad) {
      shell.say(
          "  " + trouble.place() + ": " + shell.output().paint(Output.Look.BAD, trouble.summary()));
    }
    if (bad.isEmpty()) {
      shell.say("  " + node.summary());
    }
  }

  private static void collectBad(TreeNode node, List<TreeNode> bad) {
    if (node.health() == TreeNode.Health.BAD) {
      bad.add(node);
    }
    node.children().forEach(child -> collectBad(child, bad));
  }
}
