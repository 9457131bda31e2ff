package org.holdfast.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Tab offers, from the declarations of the commands and from what the daemon has now. */
final class Completion {
  private final Shell shell;

  Completion(Shell shell) {
    this.shell = shell;
  }

  /**
   * A word that could stand there.
   *
   * @param help what it is; may be empty
   * @param goesOn more of the same word can follow: a path, or the value of a name
   */
  record Candidate(String word, String help, boolean goesOn) {}

  /**
   * What the last word could be.
   *
   * @param words complete words before it
   * @param prefix what is typed of it
   */
  List<Candidate> complete(List<String> words, String prefix) {
    TreeNode root;
    TreeNode here;
    try {
      Snapshot snapshot = shell.look();
      root = snapshot.tree();
      here = shell.here(snapshot);
    } catch (ShellException _) {
      root = TreeNodeOutside.NODE; // Without a daemon there are the commands at least.
      here = root;
    }
    List<Candidate> all = new ArrayList<>();
    if (words.isEmpty()) {
      first(root, here, prefix, all);
    } else {
      further(root, here, words, prefix, all);
    }
    Map<String, Candidate> unique = new LinkedHashMap<>();
    for (Candidate candidate : all) {
      if (candidate.word().startsWith(prefix)) {
        unique.putIfAbsent(candidate.word(), candidate);
      }
    }
    return List.copyOf(unique.values());
  }

  private void first(TreeNode root, TreeNode here, String prefix, List<Candidate> all) {
    if (!Shell.isPath(prefix)) {
      commands(here, all);
    }
    paths(shell.completionScope(root, here), prefix, all);
  }

  private static void commands(TreeNode node, List<Candidate> all) {
    for (Command command : Commands.at(node.kind())) {
      all.add(new Candidate(command.name(), command.help(), false));
    }
  }

  private static void paths(CompletionScope scope, String prefix, List<Candidate> all) {
    if (prefix.startsWith("@") && !prefix.contains("/")) {
      scope.bookmarks().forEach(mark -> all.add(new Candidate("@" + mark, "", false)));
      return;
    }
    for (String path : scope.paths(prefix)) {
      all.add(new Candidate(path, "", path.endsWith("/")));
    }
  }

  private void further(
      TreeNode root, TreeNode here, List<String> words, String prefix, List<Candidate> all) {
    TreeNode node = here;
    int at = 0;
    if (Shell.isPath(words.getFirst())) {
      Optional<TreeNode> led = led(root, words.getFirst());
      if (led.isEmpty()) {
        return;
      }
      node = led.get();
      at = 1;
    } else if (Commands.find(words.getFirst(), here.kind()).isEmpty()
        && here.child(words.getFirst()).isPresent()) {
      node = here.child(words.getFirst()).orElse(here);
      at = 1;
    }
    if (words.size() == at) {
      commands(node, all);
      return;
    }
    Optional<Command> command = Commands.find(words.get(at), node.kind());
    if (command.isPresent()) {
      arguments(
          shell.completionScope(root, node),
          command.get(),
          words.subList(at + 1, words.size()),
          prefix,
          all);
    }
  }

  private Optional<TreeNode> led(TreeNode root, String path) {
    try {
      return root.find(shell.target(path));
    } catch (ShellException _) {
      return Optional.empty();
    }
  }

  private static void arguments(
      CompletionScope scope,
      Command command,
      List<String> given,
      String prefix,
      List<Candidate> all) {
    int equals = prefix.indexOf('=');
    String key = equals > 0 ? prefix.substring(0, equals) : "";
    List<Parameter> open = open(command, given);
    Optional<Parameter> named =
        command.parameters().stream().filter(parameter -> parameter.isCalled(key)).findFirst();
    if (named.isPresent()) {
      values(scope, named.get(), key + "=", prefix.substring(equals + 1), all);
      return;
    }
    String group = given.isEmpty() ? "" : given.getFirst();
    if (command.rest() == Command.Rest.PAIRS && !key.isEmpty()) {
      List<String> words =
          group.equals(SettingGroup.GLOBAL)
              ? Preference.of(key)
                  .map(known -> known.type().source().candidates(scope, ""))
                  .orElse(List.of())
              : scope.values(group, key);
      words.forEach(word -> all.add(new Candidate(key + "=" + word, "", false)));
      return;
    }
    if (!open.isEmpty()) {
      values(scope, open.getFirst(), "", prefix, all);
      if (command.rest() == Command.Rest.NOTHING) {
        open.forEach(
            parameter -> all.add(new Candidate(parameter.name() + "=", parameter.help(), true)));
      }
    } else if (command.rest() != Command.Rest.NOTHING) {
      settings(scope, command, group, all);
    }
  }

  private static void settings(
      CompletionScope scope, Command command, String group, List<Candidate> all) {
    boolean pairs = command.rest() == Command.Rest.PAIRS;
    String suffix = pairs ? "=" : "";
    if (group.equals(SettingGroup.GLOBAL)) {
      for (Preference preference : Preference.values()) {
        all.add(new Candidate(preference.word() + suffix, preference.help(), pairs));
      }
    }
    for (String name : scope.settings(group)) {
      all.add(new Candidate(name + suffix, scope.describe(name, group), pairs));
    }
  }

  /** The parameters that were not given yet. */
  private static List<Parameter> open(Command command, List<String> given) {
    List<Parameter> open = new ArrayList<>(command.parameters());
    for (String word : given) {
      int equals = word.indexOf('=');
      String key = equals > 0 ? word.substring(0, equals) : "";
      Optional<Parameter> named =
          command.parameters().stream().filter(parameter -> parameter.isCalled(key)).findFirst();
      if (named.isPresent()) {
        open.remove(named.get());
      } else if (!open.isEmpty()) {
        open.removeFirst();
      }
    }
    return open;
  }

  private static void values(
      CompletionScope scope,
      Parameter parameter,
      String before,
      String prefix,
      List<Candidate> all) {
    List<String> words = new ArrayList<>(parameter.type().source().candidates(scope, prefix));
    if (parameter.type().equals(ArgumentType.GROUP)) {
      words.add(SettingGroup.GLOBAL);
    }
    for (String word : words) {
      all.add(new Candidate(before + word, "", word.endsWith("/")));
    }
  }
}
