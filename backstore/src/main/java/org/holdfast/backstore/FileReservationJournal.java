package org.holdfast.backstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.holdfast.pr.Effect;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.Reservation;
import org.holdfast.pr.ReservationChange;
import org.holdfast.pr.ReservationState;
import org.holdfast.scsi.ReservationEvent;
import org.holdfast.scsi.ReservationJournal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends every reservation change of one logical unit to a file, one JSON object a line, oldest
 * first. When the file has reached its bound it becomes {@code NAME.1}, replacing the one before,
 * so two bounds are kept at the most.
 *
 * <p>The journal is for people; the table itself is {@link FileReservationStore}'s. A line that
 * cannot be written is logged and the command goes on.
 */
public final class FileReservationJournal implements ReservationJournal {
  /** Bytes of one file: some thousand changes. */
  public static final long BOUND = 1 << 20;

  private static final Logger log = LoggerFactory.getLogger(FileReservationJournal.class);

  private final Path file;
  private final long bound;
  private final InstantSource clock;
  private final Executor writer;

  /**
   * @param file in the state directory; made with the first line
   * @param bound bytes of one file
   * @param writer where the lines are written; one after another in the order of submission
   */
  public FileReservationJournal(Path file, long bound, InstantSource clock, Executor writer) {
    this.file = file;
    this.bound = bound;
    this.clock = clock;
    this.writer = writer;
  }

  @Override
  public void changed(ReservationEvent event) {
    String line = "{" + String.join(",", members(event)) + "}\n";
    try {
      writer.execute(() -> append(line));
    } catch (RejectedExecutionException e) {
      notWritten(line, e);
    }
  }

  private void append(String line) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(line);
      if (Files.exists(file) && Files.size(file) + bytes.remaining() > bound) {
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.ATOMIC_MOVE);
      }
      try (FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        channel.position(channel.size());
        if (endsInsideALine(channel)) {
          channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
    } catch (IOException e) {
      notWritten(line, e);
    }
  }

  private void notWritten(String line, Exception cause) {
    log.warn("{}: this reservation change was not written down: {}", file, line.strip(), cause);
  }

  /** A line that a full disk or a crash cut short stays alone; what follows is readable. */
  private static boolean endsInsideALine(FileChannel channel) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    long size = channel.size();
    return size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n';
  }

  private List<String> members(ReservationEvent event) {
    String time = text("time", clock.instant().toString());
    return switch (event) {
      case ReservationEvent.Persistent e -> persistent(time, e);
      case ReservationEvent.Cleared e -> cleared(time, e);
      case ReservationEvent.Legacy e ->
          List.of(
              time,
              text("action", e.cause().name()),
              text("sender", e.by().describe()),
              text("address", e.address()),
              "\"holder\":[" + holder(e.before()) + "," + holder(e.after()) + "]");
    };
  }

  private static List<String> cleared(String time, ReservationEvent.Cleared event) {
    ReservationState before = event.before();
    ReservationState after = event.after();
    return List.of(
        time,
        text("action", "CLEAR"),
        text("sender", "administrator"),
        text("address", event.address()),
        generations(before.generation(), after.generation()),
        kept(before.aptpl(), after.aptpl(), after.registrations().size()),
        "\"reservation\":["
            + reservation(before.reservation())
            + ","
            + reservation(after.reservation())
            + "]",
        "\"holder\":[" + holder(before.legacyHolder()) + "," + holder(after.legacyHolder()) + "]",
        "\"registrations\":[" + registrations(ReservationChange.keyChanges(before, after)) + "]",
        "\"attentions\":[" + attentions(event.effects()) + "]");
  }

  private static String generations(long before, long after) {
    return "\"generation\":[" + before + "," + after + "]";
  }

  /** {@link JournalWitness} reads it. */
  private static String kept(boolean aptplBefore, boolean aptplAfter, int registered) {
    return "\"aptpl\":[" + aptplBefore + "," + aptplAfter + "],\"registered\":" + registered;
  }

  private static String holder(@Nullable Nexus holder) {
    return holder == null ? "null" : quoted(holder.describe());
  }

  private static List<String> persistent(String time, ReservationEvent.Persistent event) {
    ReservationChange change = event.change();
    return List.of(
        time,
        text("action", change.action().name()),
        text("sender", change.sender().describe()),
        text("address", event.address()),
        text("key", key(change.reservationKey())),
        text("serviceActionKey", key(change.serviceActionKey())),
        generations(change.generationBefore(), change.generationAfter()),
        kept(change.aptplBefore(), change.aptplAfter(), change.registeredAfter()),
        "\"reservation\":["
            + reservation(change.heldBefore())
            + ","
            + reservation(change.heldAfter())
            + "]",
        "\"registrations\":[" + registrations(change.keys()) + "]",
        "\"aborted\":[" + aborted(event.aborted()) + "]",
        "\"attentions\":[" + attentions(change.effects()) + "]");
  }

  private static String aborted(Map<Nexus, Integer> commands) {
    return commands.entrySet().stream()
        .map(
            of ->
                "{"
                    + text("nexus", of.getKey().describe())
                    + ",\"commands\":"
                    + of.getValue()
                    + "}")
        .sorted()
        .collect(Collectors.joining(","));
  }

  private static String attentions(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.UnitAttention.class::isInstance)
        .map(Effect.UnitAttention.class::cast)
        .map(
            told ->
                "{"
                    + text("nexus", told.nexus().describe())
                    + ","
                    + text("condition", told.notice().name())
                    + "}")
        .collect(Collectors.joining(","));
  }

  private static String registrations(List<ReservationChange.KeyChange> keys) {
    return keys.stream()
        .map(
            lost ->
                "{"
                    + text("nexus", lost.nexus().describe())
                    + ","
                    + text("before", key(lost.before()))
                    + ","
                    + text("after", key(lost.after()))
                    + "}")
        .collect(Collectors.joining(","));
  }

  private static String reservation(@Nullable Reservation held) {
    if (held == null) {
      return "null";
    }
    Nexus holder = held.holder();
    return "{\"type\":"
        + held.type().code()
        + ","
        + text("holder", holder == null ? "all registrants" : holder.describe())
        + "}";
  }

  private static String key(long key) {
    return String.format("0x%016x", key);
  }

  private static String text(String name, String value) {
    return quoted(name) + ":" + quoted(value);
  }

  private static String quoted(String value) {
    StringBuilder escaped = new StringBuilder();
    for (int at = 0; at < value.length(); at++) {
      char c = value.charAt(at);
      switch (c) {
        case '"', '\\' -> escaped.append('\\').append(c);
        default -> escaped.append(c < ' ' ? String.format("\\u%04x", (int) c) : c);
      }
    }
    return "\"" + escaped + "\"";
  }
}
