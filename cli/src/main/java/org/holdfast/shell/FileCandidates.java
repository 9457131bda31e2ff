package org.holdfast.shell;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files and directories that a path could go on with. */
final class FileCandidates {
  /** More than this nobody reads. */
  private static final int MOST = 500;

  private FileCandidates() {}

  /** In the spelling that {@code prefix} began; directories end with a slash. */
  static List<String> of(String prefix) {
    String directory = prefix.substring(0, prefix.lastIndexOf('/') + 1);
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(Path.of(directory.isEmpty() ? "." : directory))) {
      for (Path entry : entries) {
        String name = directory + entry.getFileName();
        if (name.startsWith(prefix) && found.size() < MOST) {
          found.add(Files.isDirectory(entry) ? name + "/" : name);
        }
      }
    } catch (IOException | DirectoryIteratorException | InvalidPathException _) {
      // There is nothing to offer where nothing can be read.
      return List.of();
    }
    found.sort(null);
    return found;
  }
}
