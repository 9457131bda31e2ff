package org.holdfast.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.holdfast.backstore.StateFiles;
import org.jspecify.annotations.Nullable;

/**
 * Identities that were given once and are kept for ever, such as the serial number of a disk that
 * the configuration gives none: with another identity it would be another disk, or another port, to
 * every initiator and to the reservation tables.
 *
 * <p>The file has one line for each: the owner, a blank, its identity. Thread: the starting one.
 */
final class Assignments {
  private final Path file;
  private final StateFiles files;
  private final Function<Collection<String>, String> source;
  private final Map<String, String> identities;

  private Assignments(
      Path file,
      StateFiles files,
      Function<Collection<String>, String> source,
      Map<String, String> identities) {
    this.file = file;
    this.files = files;
    this.source = source;
    this.identities = identities;
  }

  /**
   * Reads what is kept.
   *
   * @param source makes a new identity, given those that are taken
   */
  static Assignments load(Path file, StateFiles files, Function<Collection<String>, String> source)
      throws StartException {
    Map<String, String> identities = new TreeMap<>();
    List<String> lines;
    try {
      lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new StartException("identities in " + file + " cannot be read: " + e, e);
    }
    for (int i = 0; i < lines.size(); i++) {
      String[] words = lines.get(i).split(" ", -1);
      if (words.length != 2 || words[0].isEmpty() || words[1].isEmpty()) {
        throw new StartException(
            file
                + " line "
                + (i + 1)
                + ": \""
                + lines.get(i)
                + "\" is not an owner and its identity. Repair the line: with another identity it"
                + " would be another disk or port to its initiators. A disk's serial may also be"
                + " put into the configuration as wwn");
      }
      identities.put(words[0], words[1]);
    }
    return new Assignments(file, files, source, identities);
  }

  /** The identity of {@code owner}, which has no blanks; on stable storage when it is new. */
  String of(String owner) throws StartException {
    @Nullable String known = identities.get(owner);
    if (known != null) {
      return known;
    }
    String fresh = source.apply(identities.values());
    Map<String, String> next = new TreeMap<>(identities);
    next.put(owner, fresh);
    String text =
        next.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
            .collect(Collectors.joining());
    try {
      files.replace(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw StartException.notKept(
          "the identity of "
              + owner
              + " cannot be kept in "
              + file
              + ": "
              + e.getMessage()
              + "; free some space or choose another --state-dir",
          e);
    }
    identities.put(owner, fresh);
    return fresh;
  }
}
