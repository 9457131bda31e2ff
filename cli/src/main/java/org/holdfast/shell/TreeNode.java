package org.holdfast.shell;

import java.util.List;
import java.util.Optional;
import org.holdfast.iscsi.login.IscsiName;

/**
 * A place that exists, with what is below it.
 *
 * @param summary what {@code ls} shows behind the name; empty: nothing
 */
record TreeNode(Kind kind, Place place, String summary, Health health, List<TreeNode> children) {
  /** How the summary is to be taken. */
  enum Health {
    GOOD,
    /** It works, and somebody should know. */
    NOTABLE,
    BAD
  }

  TreeNode {
    children = List.copyOf(children);
  }

  String name() {
    return place.name();
  }

  /**
   * The child of that name; {@code 0} finds {@code lun0}, and names of nodes are compared as such.
   */
  Optional<TreeNode> child(String name) {
    Optional<TreeNode> exact = named(name);
    if (exact.isPresent()) {
      return exact;
    }
    if (name.matches("[0-9]{1,9}")) {
      return children.stream()
          .filter(child -> !child.kind.numberPrefix().isEmpty())
          .filter(child -> child.name().equals(child.kind.numberPrefix() + Long.parseLong(name)))
          .findFirst();
    }
    return IscsiName.normalise(name).flatMap(this::named);
  }

  private Optional<TreeNode> named(String name) {
    return children.stream().filter(child -> child.name().equals(name)).findFirst();
  }

  /** The node at a place below (or at) this root. */
  Optional<TreeNode> find(Place wanted) {
    Optional<TreeNode> at = Optional.of(this);
    for (String step : wanted.steps()) {
      at = at.flatMap(node -> node.child(step));
    }
    return at;
  }
}
