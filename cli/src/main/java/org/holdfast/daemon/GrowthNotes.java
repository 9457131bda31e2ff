package org.holdfast.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.holdfast.backstore.StateFiles;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which files are being made larger. A file grows before the configuration that asks for it is
 * kept, as growing can fail. When the daemon is killed in between, the next one finds a file that
 * is larger than its configuration says; this tells it why, and that nobody has seen more of it
 * than was there before.
 *
 * <p>The file has one line for each: the disk, its size before, its size afterwards, in bytes.
 * Thread: any.
 */
final class GrowthNotes {
  private static final Logger log = LoggerFactory.getLogger(GrowthNotes.class);

  private final Path file;
  private final StateFiles files;
  private final Map<String, Note> notes;

  private GrowthNotes(Path file, StateFiles files, Map<String, Note> notes) {
    this.file = file;
    this.files = files;
    this.notes = notes;
  }

  /**
   * A file that may be longer than it is to be.
   *
   * @param from its size before, bytes
   * @param to what it was to get, bytes
   */
  record Note(long from, long to) {}

  /** Reads what an earlier daemon has not got done. */
  static GrowthNotes load(Path file, StateFiles files) throws StartException {
    Map<String, Note> notes = new TreeMap<>();
    List<String> lines;
    try {
      lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new StartException(
          file + ", which says what files were growing, cannot be read: " + e, e);
    }
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      if (words.length != 3
          || !words[1].matches("[0-9]{1,18}")
          || !words[2].matches("[0-9]{1,18}")) {
        throw new StartException(
            file
                + ": \""
                + line
                + "\" is not a disk and two sizes; see whether the file of a disk is larger than"
                + " the configuration says, and then remove "
                + file);
      }
      notes.put(words[0], new Note(Long.parseLong(words[1]), Long.parseLong(words[2])));
    }
    return new GrowthNotes(file, files, notes);
  }

  /** A disk begins to grow; on stable storage when this returns. */
  synchronized void begins(String backstore, Note note) throws StartException {
    @Nullable Note before = notes.put(backstore, note);
    try {
      write();
    } catch (IOException e) {
      if (before == null) {
        notes.remove(backstore);
      } else {
        notes.put(backstore, before);
      }
      throw StartException.notKept(
          "%s cannot grow, because this cannot be kept in %s: %s; free some space or choose another --state-dir"
              .formatted(backstore, file, e.getMessage()),
          e);
    }
  }

  /** Disks have the size that the configuration gives them. */
  synchronized void ended(Collection<String> backstores) {
    if (notes.keySet().removeAll(backstores)) {
      try {
        write();
      } catch (IOException e) {
        // The next start finds a size that the note does not speak of, and forgets it.
        log.warn("{} says still that {} are growing", file, backstores, e);
      }
    }
  }

  synchronized Optional<Note> of(String backstore) {
    return Optional.ofNullable(notes.get(backstore));
  }

  private void write() throws IOException {
    if (notes.isEmpty()) {
      files.remove(file);
      return;
    }
    String text =
        notes.entrySet().stream()
            .map(
                entry ->
                    "%s %d %d\n"
                        .formatted(entry.getKey(), entry.getValue().from(), entry.getValue().to()))
            .collect(Collectors.joining());
    files.replace(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
