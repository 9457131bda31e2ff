package org.holdfast.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What completion can look at.
 *
 * @param root the whole tree
 * @param node the place that the command is given at
 */
record CompletionScope(Shell shell, TreeNode root, TreeNode node) {

  /** Places that a path can go on with; a place with others below it ends with a slash. */
  List<String> paths(String prefix) {
    String above = prefix.substring(0, prefix.lastIndexOf('/') + 1);
    Place base;
    try {
      base = shell.target(above.isEmpty() ? "." : above);
    } catch (ShellException _) {
      return List.of(); // A bookmark that does not exist leads nowhere.
    }
    // Relative to the command's own place, when it was given with one.
    if (!above.startsWith("/") && !above.startsWith("@")) {
      base = node.place().resolve(above.isEmpty() ? "." : above);
    }
    return root.find(base).stream()
        .flatMap(parent -> parent.children().stream())
        .map(child -> above + child.name() + (child.children().isEmpty() ? "" : "/"))
        .toList();
  }

  List<String> backstores() {
    List<String> paths = new ArrayList<>();
    root.find(Place.of("backstores")).stream()
        .flatMap(backstores -> backstores.children().stream())
        .flatMap(plugin -> plugin.children().stream())
        .forEach(disk -> paths.add(disk.place().toString()));
    return paths;
  }

  List<String> lunsAndBackstores() {
    List<String> all = new ArrayList<>();
    root.find(node.place().up(2).child("luns"))
        .ifPresent(luns -> luns.children().forEach(lun -> all.add(lun.name())));
    all.addAll(backstores());
    return all;
  }

  List<String> groups() {
    return SettingGroup.at(node.kind()).stream().map(SettingGroup::word).toList();
  }

  /** Names of the settings of a group, and what a setting may hold. */
  List<String> settings(String group) {
    return SettingGroup.find(group, node.kind()).stream()
        .flatMap(found -> found.settings().stream())
        .map(Setting::name)
        .toList();
  }

  List<String> values(String group, String setting) {
    Optional<Setting> found =
        SettingGroup.find(group, node.kind()).flatMap(known -> known.setting(setting));
    return found.map(Setting::words).orElse(List.of());
  }

  List<String> bookmarks() {
    return shell.preferences().bookmarks().keySet().stream().sorted().toList();
  }

  List<String> commands() {
    return Commands.at(node.kind()).stream().map(Command::name).toList();
  }

  List<String> sessions() {
    return names("/v1/sessions", "id");
  }

  List<String> sessionsAndCaptures() {
    List<String> both = new ArrayList<>(sessions());
    both.addAll(names("/v1/captures", "id"));
    return both;
  }

  List<String> backups() {
    return names("/v1/config/backups", "name");
  }

  private List<String> names(String route, String key) {
    List<String> names = new ArrayList<>();
    try {
      for (JsonNode entry : shell.get(route)) {
        @Nullable JsonNode name = entry.get(key);
        if (name != null) {
          names.add(name.asString(""));
        }
      }
    } catch (ShellException _) {
      return List.of(); // The command itself will say that nobody answers.
    }
    return names;
  }

  /** What a candidate is, in a few words; empty when there is nothing to say. */
  String describe(String setting, String group) {
    return SettingGroup.find(group, node.kind())
        .flatMap(found -> found.setting(setting))
        .map(Setting::meaning)
        .orElse("");
  }
}
