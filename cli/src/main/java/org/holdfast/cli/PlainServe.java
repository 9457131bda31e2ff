package org.holdfast.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Understands {@code serve} as a service manager writes it, without the help of picocli: its
 * classes are of a kind that the class cache does not take, and looking at the annotations of all
 * commands is the longest part of a start. Whatever else there is on a command line, and whatever
 * is wrong with it, is for picocli to say.
 */
final class PlainServe {
  private PlainServe() {}

  /**
   * The command that these arguments ask for.
   *
   * @return null when picocli has to be asked
   */
  static @Nullable ServeCommand command(String... arguments) {
    if (arguments.length == 0 || !arguments[0].equals(ServeCommand.NAME)) {
      return null;
    }
    @Nullable String config = null;
    @Nullable String directory = null;
    for (int i = 1; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length || !isPlain(arguments[i + 1])) {
        return null;
      }
      String option = arguments[i];
      if (option.equals(ServeCommand.CONFIG) && config == null) {
        config = arguments[i + 1];
      } else if (option.equals(ServeCommand.STATE_DIRECTORY) && directory == null) {
        directory = arguments[i + 1];
      } else {
        return null;
      }
    }
    try {
      return ServeCommand.of(path(config), path(directory));
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static @Nullable Path path(@Nullable String text) {
    return text == null ? null : Path.of(text);
  }

  /**
   * Nothing that picocli might take for an option, a quotation, a variable or a file of arguments.
   */
  private static boolean isPlain(String value) {
    return !value.isEmpty()
        && value.chars().allMatch(c -> Character.isLetterOrDigit(c) || "/._-+:,".indexOf(c) >= 0)
        && value.charAt(0) != '-';
  }
}
