package org.holdfast.shell;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the daemon said last.
 *
 * @param revision of the document
 * @param document what is configured
 * @param status what is: devices that are ready or not, sessions
 * @param tree both as the tree of the shell
 */
record Snapshot(long revision, Document document, JsonNode status, TreeNode tree) {
  static Snapshot of(long revision, Document document, JsonNode status) {
    return new Snapshot(revision, document, status, new TreeBuilder(document, status).root());
  }

  /** What the daemon says about a disk; empty when it knows none. */
  static Optional<JsonNode> disk(JsonNode status, String plugin, String name) {
    for (JsonNode disk : status.path("storage_objects")) {
      if (Json.string(disk, "plugin").equals(plugin) && Json.string(disk, "name").equals(name)) {
        return Optional.of(disk);
      }
    }
    return Optional.empty();
  }

  /** The node at a place that is known to be there. */
  TreeNode node(Place place) throws ShellException {
    @Nullable TreeNode found = tree.find(place).orElse(null);
    if (found != null) {
      return found;
    }
    Place above = place.parent();
    while (tree.find(above).isEmpty()) {
      above = above.parent();
    }
    TreeNode nearest = Objects.requireNonNull(tree.find(above).orElse(null));
    String missing = place.steps().get(above.steps().size());
    throw ShellException.usage(
        "there is no "
            + missing
            + " in "
            + nearest.place()
            + (nearest.children().isEmpty()
                ? ", which is empty"
                : "; there are: "
                    + String.join(", ", nearest.children().stream().map(TreeNode::name).toList())));
  }
}
