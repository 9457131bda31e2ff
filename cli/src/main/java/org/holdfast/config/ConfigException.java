package org.holdfast.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be served as it is written. Holds every problem, not only the first. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Finding> errors;
  private final transient List<Finding> warnings;

  /**
   * @param source the file, for the message
   * @param errors what stops the start, at least one
   * @param warnings what was noticed beside it
   */
  public ConfigException(String source, List<Finding> errors, List<Finding> warnings) {
    super(
        errors.stream()
            .map(error -> source + ": " + error)
            .collect(Collectors.joining(System.lineSeparator())));
    this.errors = List.copyOf(errors);
    this.warnings = List.copyOf(warnings);
  }

  public List<Finding> errors() {
    return errors;
  }

  public List<Finding> warnings() {
    return warnings;
  }
}
