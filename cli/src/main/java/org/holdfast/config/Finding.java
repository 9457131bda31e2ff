package org.holdfast.config;

/**
 * Something to tell about the file.
 *
 * @param path where: JSON path with indices, {@code targets[0].tpgs[0].portals[1].port}; empty for
 *     the file as a whole
 * @param message what is wrong and what was expected
 */
public record Finding(String path, String message) {
  @Override
  public String toString() {
    return path.isEmpty() ? message : path + ": " + message;
  }
}
