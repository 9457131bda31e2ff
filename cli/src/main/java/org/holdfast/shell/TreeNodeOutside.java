package org.holdfast.shell;

import java.util.List;

/** Stands for the place of a command that was given without one and works without one. */
final class TreeNodeOutside {
  static final TreeNode NODE =
      new TreeNode(Kind.ROOT, Place.ROOT, "", TreeNode.Health.GOOD, List.of());

  private TreeNodeOutside() {}
}
