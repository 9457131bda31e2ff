package org.holdfast.backstore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the journal of a logical unit knows of its table: after the last change that is written
 * down, were there registrations that survive a power loss?
 *
 * <p>A line is written after the table is durable, so a table that a line speaks of was there. The
 * line itself may be lost in a crash: then the witness knows less, never more.
 */
public record JournalWitness(Path journal) implements KeptTableWitness {
  /** As {@link FileReservationJournal} spells it; within a JSON string the quotes are escaped. */
  private static final Pattern STATE =
      Pattern.compile("\"aptpl\":\\[(?:true|false),(true|false)],\"registered\":([0-9]+),");

  @Override
  public Optional<String> kept() throws IOException {
    if (!Files.exists(journal)) {
      return Optional.empty();
    }
    // A torn line may hold anything.
    String text = Files.readString(journal, StandardCharsets.ISO_8859_1);
    List<String> lines = text.lines().toList();
    for (String line : lines.reversed()) {
      Matcher state = STATE.matcher(line);
      if (line.endsWith("}") && state.find()) {
        return state.group(1).equals("true") && !state.group(2).equals("0")
            ? Optional.of(journal + " says that " + state.group(2) + " registrations were kept")
            : Optional.empty();
      }
    }
    return Optional.empty();
  }
}
