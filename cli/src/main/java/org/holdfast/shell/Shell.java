package org.holdfast.shell;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.holdfast.control.client.ControlClient;
import org.holdfast.control.client.ControlException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A session of the shell: where the user is, what the user prefers, and the daemon. It runs one
 * command at a time and keeps nothing of the daemon's: every command asks anew.
 *
 * <p>Thread: one.
 */
public final class Shell {
  /** How often a change is tried again on a document that somebody else has changed meanwhile. */
  private static final int ATTEMPTS = 5;

  private final ControlClient daemon;
  private final Output output;
  private final Dialogue dialogue;
  private final Pace pace;
  private final Surroundings surroundings;
  private final Preferences preferences;
  private final Visits visits = new Visits();
  private final Set<String> warned = new HashSet<>();
  private boolean ended;

  Shell(
      ControlClient daemon,
      Output output,
      Dialogue dialogue,
      Pace pace,
      Surroundings surroundings,
      Preferences preferences) {
    this.daemon = daemon;
    this.output = output;
    this.dialogue = dialogue;
    this.pace = pace;
    this.surroundings = surroundings;
    this.preferences = preferences;
  }

  Output output() {
    return output;
  }

  Dialogue dialogue() {
    return dialogue;
  }

  Pace pace() {
    return pace;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  Preferences preferences() {
    return preferences;
  }

  /** Where the user is and was. */
  Visits visits() {
    return visits;
  }

  /** The user wants no more. */
  boolean isEnded() {
    return ended;
  }

  void end() {
    ended = true;
  }

  void say(String text) {
    output.line(text);
  }

  /** Runs a line as it was typed; an empty one does nothing. */
  void run(String line) throws ShellException {
    run(Words.split(line), "cd");
  }

  /**
   * Runs a command that is in words already.
   *
   * @param pathAlone what a path without a command stands for
   */
  void run(List<String> words, String pathAlone) throws ShellException {
    if (words.isEmpty()) {
      return;
    }
    boolean path = isPath(words.getFirst());
    if (!path) {
      // What needs no place needs no daemon either.
      Optional<Command> anywhere = Commands.anywhere(words.getFirst());
      if (anywhere.isPresent()) {
        run(anywhere.get(), TreeNodeOutside.NODE, words);
        return;
      }
    }
    Snapshot snapshot = look();
    TreeNode here = here(snapshot);
    if (!path && Commands.find(words.getFirst(), here.kind()).isEmpty()) {
      path = here.child(words.getFirst()).isPresent();
    }
    if (!path) {
      run(Commands.need(words.getFirst(), here), here, words);
      return;
    }
    TreeNode node = snapshot.node(target(words.getFirst()));
    List<String> rest = words.subList(1, words.size());
    if (rest.isEmpty()) {
      rest = pathAlone.equals("cd") ? List.of("cd", node.place().toString()) : List.of(pathAlone);
    }
    run(Commands.need(rest.getFirst(), node), node, rest);
  }

  private void run(Command command, TreeNode node, List<String> words) throws ShellException {
    command.handler().run(this, node, Arguments.bind(command, words.subList(1, words.size())));
  }

  /** Whether the first word of a line is where, not what. */
  static boolean isPath(String word) {
    return word.contains("/") || word.startsWith("@") || word.equals(".") || word.equals("..");
  }

  /** Where a path that the user typed leads: from here, from the root, or from a bookmark. */
  Place target(String path) throws ShellException {
    if (!path.startsWith("@")) {
      return visits.here().resolve(path);
    }
    int slash = path.indexOf('/');
    String name = slash < 0 ? path.substring(1) : path.substring(1, slash);
    Place marked = preferences.bookmark(name);
    return slash < 0 ? marked : marked.resolve(path.substring(slash + 1));
  }

  /** The place where the user is; when it has vanished, what is left of the way to it. */
  TreeNode here(Snapshot snapshot) throws ShellException {
    while (snapshot.tree().find(visits.here()).isEmpty()) {
      visits.gone();
    }
    return snapshot.node(visits.here());
  }

  /** The command's own place, or where the user is when it was given without one. */
  TreeNode placeOf(TreeNode node) throws ShellException {
    return node.equals(TreeNodeOutside.NODE) ? here(look()) : node;
  }

  /** Asks the daemon for everything that the tree shows. */
  Snapshot look() throws ShellException {
    JsonNode answer = get("/v1/config");
    return Snapshot.of(Json.count(answer, "revision"), document(answer), get("/v1/status"));
  }

  private static Document document(JsonNode answer) throws ShellException {
    if (answer.path("document") instanceof ObjectNode document) {
      return new Document(document);
    }
    throw ShellException.failed(
        "the daemon sent no configuration; shell and daemon are of different versions, restart"
            + " the older one");
  }

  JsonNode get(String path) throws ShellException {
    try {
      return daemon.get(path);
    } catch (ControlException e) {
      throw explained(e, null);
    }
  }

  JsonNode post(String path, @Nullable JsonNode body) throws ShellException {
    try {
      return daemon.post(path, body);
    } catch (ControlException e) {
      throw explained(e, null);
    }
  }

  JsonNode delete(String path) throws ShellException {
    try {
      return daemon.delete(path);
    } catch (ControlException e) {
      throw explained(e, null);
    }
  }

  /** Changes the document; {@link #change} may call it several times, on fresh ones. */
  @FunctionalInterface
  interface Edit {
    void apply(Document document) throws ShellException;
  }

  /**
   * Changes what is configured: all of it or nothing.
   *
   * @param note what the backup of the old document is remembered by; without secrets
   */
  void change(String note, Edit edit) throws ShellException {
    JsonNode config = get("/v1/config");
    for (int attempt = 1; ; attempt++) {
      Document document = document(config);
      edit.apply(document);
      ObjectNode body = Json.object();
      body.put("revision", Json.count(config, "revision"));
      body.put("note", note);
      body.set("document", document.root());
      try {
        report(daemon.put("/v1/config", body));
        return;
      } catch (ControlException e) {
        JsonNode fresh = e.status() == ControlException.CONFLICT ? get("/v1/config") : config;
        if (attempt == ATTEMPTS
            || Json.count(fresh, "revision") == Json.count(config, "revision")) {
          throw explained(e, document);
        }
        config = fresh;
      }
    }
  }

  /** Says what a change did beside what was asked for. */
  void report(JsonNode changed) {
    for (JsonNode warning : changed.path("warnings")) {
      String text = warning(warning);
      if (warned.add(text)) { // The daemon tells all of the document's with every change.
        say(output.paint(Output.Look.NOTABLE, "Warning: " + text));
      }
    }
    for (JsonNode change : changed.path("changes")) {
      for (JsonNode session : change.path("sessions_dropped")) {
        say(output.paint(Output.Look.NOTABLE, "Ended the session of " + session.asString()));
      }
    }
  }

  /** A warning as it is sent: a text, or a path and a message. */
  static String warning(JsonNode warning) {
    return warning.isString()
        ? warning.asString()
        : Json.string(warning, "path") + ": " + Json.string(warning, "message");
  }

  private static ShellException explained(ControlException e, @Nullable Document document) {
    if (e.findings().isEmpty()) {
      return ShellException.failed(e.detail().isEmpty() ? e.title() : e.detail());
    }
    List<String> lines = new ArrayList<>();
    lines.add("nothing was changed:");
    e.findings()
        .forEach(
            finding ->
                lines.add(
                    "  "
                        + (document == null
                            ? finding.toString()
                            : FindingPaths.explain(finding, document))));
    return ShellException.failed(String.join(System.lineSeparator(), lines));
  }

  /** What Tab may offer for a line. */
  CompletionScope completionScope(TreeNode root, TreeNode node) {
    return new CompletionScope(this, root, node);
  }
}
