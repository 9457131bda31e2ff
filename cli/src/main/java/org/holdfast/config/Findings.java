package org.holdfast.config;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Collects what the checks find while one file is read. Owner: the reading thread. */
final class Findings {
  private final List<Finding> errors = new ArrayList<>();
  private final List<Finding> warnings = new ArrayList<>();
  private final TreeSet<String> withoutEffect = new TreeSet<>();

  void error(String path, String message) {
    errors.add(new Finding(path, message));
  }

  void warning(String path, String message) {
    warnings.add(new Finding(path, message));
  }

  /** A key that is accepted and changes nothing, by its name alone: LIO's files hold dozens. */
  void withoutEffect(String key) {
    withoutEffect.add(key);
  }

  boolean hasErrors() {
    return !errors.isEmpty();
  }

  List<Finding> errors() {
    return List.copyOf(errors);
  }

  List<Finding> warnings() {
    return List.copyOf(warnings);
  }

  List<String> withoutEffect() {
    return List.copyOf(withoutEffect);
  }
}
