package org.holdfast.shell;

import java.util.ArrayList;
import java.util.List;
import org.holdfast.shell.Output.Look;

/** Draws a node and what is below it, one {@code o- name ...... [summary]} a line. */
final class TreePrinter {
  /** Draw everything. */
  static final int UNLIMITED = Integer.MAX_VALUE;

  private final Output output;
  private final int depth;
  private final List<String> lines = new ArrayList<>();

  private TreePrinter(Output output, int depth) {
    this.output = output;
    this.depth = depth;
  }

  /** The lines, the node itself at depth 0. */
  static List<String> draw(TreeNode node, int depth, Output output) {
    TreePrinter printer = new TreePrinter(output, depth);
    printer.node(node, "", "  ", 0);
    return printer.lines;
  }

  private void node(TreeNode node, String indent, String childIndent, int level) {
    int dots =
        output.columns()
            - indent.length()
            - "o-   []".length()
            - node.name().length()
            - node.summary().length();
    lines.add(
        indent
            + "o- "
            + output.paint(Look.PLACE, node.name())
            + " "
            + ".".repeat(Math.max(1, dots))
            + " ["
            + output.paint(look(node), node.summary())
            + "]");
    if (level >= depth) {
      return;
    }
    for (int i = 0; i < node.children().size(); i++) {
      boolean last = i == node.children().size() - 1;
      node(node.children().get(i), childIndent, childIndent + (last ? "  " : "| "), level + 1);
    }
  }

  private static Look look(TreeNode node) {
    return switch (node.health()) {
      case GOOD -> Look.GOOD;
      case NOTABLE -> Look.NOTABLE;
      case BAD -> Look.BAD;
    };
  }
}
