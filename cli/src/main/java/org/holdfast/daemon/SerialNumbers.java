package org.holdfast.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Unit serial numbers of disks that the configuration gives none. Made once, kept for ever: a disk
 * that came back with another identity would be another disk to every initiator.
 *
 * <p>The file has one line for each: the backstore, a blank, the serial. Thread: the starting one.
 */
final class SerialNumbers {
  private final Path file;
  private final Supplier<String> source;
  private final Map<String, String> serials;

  private SerialNumbers(Path file, Supplier<String> source, Map<String, String> serials) {
    this.file = file;
    this.source = source;
    this.serials = serials;
  }

  /**
   * Reads what is kept.
   *
   * @param source of new serial numbers
   */
  static SerialNumbers load(Path file, Supplier<String> source) throws StartException {
    Map<String, String> serials = new TreeMap<>();
    List<String> lines;
    try {
      lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new StartException("serial numbers in " + file + " cannot be read: " + e, e);
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
                + "\" is not a backstore and its serial number. Repair the line, or put the serial"
                + " into the configuration as wwn: with another serial the disk would be another"
                + " disk to its initiators");
      }
      serials.put(words[0], words[1]);
    }
    return new SerialNumbers(file, source, serials);
  }

  /** The serial number of a backstore ({@code fileio/name}); on stable storage when new. */
  String of(String backstore) throws StartException {
    @Nullable String known = serials.get(backstore);
    if (known != null) {
      return known;
    }
    String fresh = source.get();
    serials.put(backstore, fresh);
    try {
      DurableFile.replace(
          file,
          serials.entrySet().stream()
              .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
              .collect(Collectors.joining()));
    } catch (IOException e) {
      throw new StartException(
          "the serial number of "
              + backstore
              + " cannot be kept in "
              + file
              + ": "
              + e.getMessage()
              + "; free some space or choose another --state-dir",
          e);
    }
    return fresh;
  }
}
