package org.holdfast.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * A path of the tree.
 *
 * @param steps names from the root down; empty: the root
 */
record Place(List<String> steps) {
  static final Place ROOT = new Place(List.of());

  Place {
    steps = List.copyOf(steps);
  }

  static Place of(String... steps) {
    return new Place(List.of(steps));
  }

  /** Where {@code text} leads from here: {@code ..}, {@code luns/lun0}, {@code /iscsi}. */
  Place resolve(String text) {
    List<String> walked = new ArrayList<>(text.startsWith("/") ? List.of() : steps);
    for (String step : text.split("/", -1)) {
      switch (step) {
        case "", "." -> {}
        case ".." -> {
          if (!walked.isEmpty()) {
            walked.removeLast();
          }
        }
        default -> walked.add(step);
      }
    }
    return new Place(walked);
  }

  Place child(String name) {
    List<String> longer = new ArrayList<>(steps);
    longer.add(name);
    return new Place(longer);
  }

  /** The root's parent is the root. */
  Place parent() {
    return up(1);
  }

  Place up(int levels) {
    return new Place(steps.subList(0, Math.max(0, steps.size() - levels)));
  }

  String name() {
    return steps.isEmpty() ? "/" : steps.getLast();
  }

  /** The name at a depth, from 0: of {@code /iscsi/iqn.x} the step 1 is {@code iqn.x}. */
  String step(int depth) {
    return steps.get(depth);
  }

  @Override
  public String toString() {
    return "/" + String.join("/", steps);
  }
}
