package org.holdfast.pr;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A reservation state as the bytes that are kept through a power loss: lines of text, so that an
 * administrator can read them, with a version in front and a checksum behind.
 *
 * <pre>
 * holdfast-reservations 1
 * unit 6001405f1d2c3b4a5968778695a4b3c2
 * generation 12
 * aptpl 1
 * reservation 5 0
 * registrant 0x000000000000000a iqn.1994-05.com.example:a 0x00023d000001 iqn.2026-11.org:t 1 1
 * crc32c 0x1a2b3c4d
 * </pre>
 *
 * <p>The second number of {@code reservation} is the holder's place among the registrants, 0-based,
 * or {@code all}; without a reservation the line is {@code reservation none}. A registrant has its
 * key, the initiator's name and ISID, the target's name, portal group tag and relative target port.
 * The checksum covers every byte before its line. There is one spelling for each state and whatever
 * deviates is refused: half a table is never taken for a whole one.
 *
 * @param unit NAA designator of the logical unit, 16 or 32 lower-case hex digits: a table belongs
 *     to a unit, not to a file name
 * @param state what is kept, PRgeneration included; RESERVE of SPC-2 is not and reads back as none
 */
public record ReservationSnapshot(String unit, ReservationState state) {
  private static final String MAGIC = "holdfast-reservations";
  private static final int VERSION = 1;
  private static final String CHECKSUM = "crc32c ";

  /** Bytes of the last line: the word, 0x, eight digits and the line's end. */
  private static final int CHECKSUM_LENGTH = CHECKSUM.length() + 2 + 8 + 1;

  private static final Pattern UNIT = Pattern.compile("[0-9a-f]{16}|[0-9a-f]{32}");
  private static final Pattern REGISTRANT =
      Pattern.compile("0x([0-9a-f]{16}) (\\S+) 0x([0-9a-f]{12}) (\\S+) ([0-9]{1,5}) ([0-9]{1,5})");

  /**
   * Largest file that is looked at, in bytes: more than the most registrations ({@link
   * ReservationEngine#DEFAULT_MAX_REGISTRATIONS}) with the longest names (223 bytes) need.
   */
  public static final int MAX_BYTES = 4 << 20;

  public ReservationSnapshot {
    if (!UNIT.matcher(unit).matches()) {
      throw new IllegalArgumentException("not an NAA designator in hex: \"" + unit + "\"");
    }
  }

  /** The bytes are not a snapshot that this version can trust; the message says why. */
  public static final class CorruptException extends Exception {
    private static final long serialVersionUID = 1;

    CorruptException(String message) {
      super(message);
    }
  }

  /** The whole content of the file. */
  public byte[] encode() {
    StringBuilder text = new StringBuilder();
    text.append(MAGIC).append(' ').append(VERSION).append('\n');
    text.append("unit ").append(unit).append('\n');
    text.append("generation ").append(state.generation()).append('\n');
    text.append("aptpl ").append(state.aptpl() ? 1 : 0).append('\n');
    text.append("reservation ").append(reservation()).append('\n');
    state.registrations().forEach((nexus, key) -> text.append(registrant(nexus, key)).append('\n'));
    byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
    byte[] tail = checksumLine(body, body.length);
    byte[] all = Arrays.copyOf(body, body.length + tail.length);
    System.arraycopy(tail, 0, all, body.length, tail.length);
    return all;
  }

  private String reservation() {
    Reservation held = state.reservation();
    if (held == null) {
      return "none";
    }
    Nexus holder = held.holder();
    String place =
        holder == null
            ? "all"
            : Integer.toString(List.copyOf(state.registrations().keySet()).indexOf(holder));
    return held.type().code() + " " + place;
  }

  private static String registrant(Nexus nexus, long key) {
    return String.format(
        "registrant %s %s 0x%012x %s %d %d",
        Keys.text(key),
        nexus.initiator().name(),
        nexus.initiator().isid(),
        nexus.target().name(),
        nexus.target().portalGroupTag(),
        nexus.target().relativeId());
  }

  private static byte[] checksumLine(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (CHECKSUM + String.format("0x%08x", crc.getValue()) + "\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws CorruptException for everything else
   */
  public static ReservationSnapshot decode(byte[] bytes) throws CorruptException {
    // The checksum is over bytes, before anything is made of them.
    int covered = bytes.length - CHECKSUM_LENGTH;
    if (covered < 0
        || !Arrays.equals(
            bytes, covered, bytes.length, checksumLine(bytes, covered), 0, CHECKSUM_LENGTH)) {
      throw new CorruptException(
          "the checksum at its end is missing or does not match: cut short or damaged");
    }
    try {
      String text = new String(bytes, 0, covered, StandardCharsets.UTF_8);
      ReservationSnapshot snapshot = parse(List.of(text.split("\n", -1)).iterator());
      if (!Arrays.equals(snapshot.encode(), bytes)) {
        throw new CorruptException("content that is not spelt as this program spells it");
      }
      return snapshot;
    } catch (IllegalArgumentException e) {
      // The checksum is right, so this was written so: by a foreign program or by hand.
      throw new CorruptException(
          "content that this version does not understand: " + e.getMessage());
    }
  }

  private static ReservationSnapshot parse(Iterator<String> lines) throws CorruptException {
    String version = value(lines, MAGIC);
    if (!version.equals(Integer.toString(VERSION))) {
      throw new CorruptException("format version " + version + ", this program knows " + VERSION);
    }
    String unit = value(lines, "unit");
    long generation = Long.parseLong(value(lines, "generation"));
    boolean aptpl = value(lines, "aptpl").equals("1");
    String reservation = value(lines, "reservation");
    LinkedHashMap<Nexus, Long> registrations = new LinkedHashMap<>();
    String line = next(lines, "registrant");
    while (!line.isEmpty()) {
      putRegistrant(registrations, value(line, "registrant"));
      line = next(lines, "registrant");
    }
    return new ReservationSnapshot(
        unit,
        new ReservationState(
            registrations,
            held(reservation, List.copyOf(registrations.keySet())),
            generation,
            aptpl));
  }

  private static void putRegistrant(LinkedHashMap<Nexus, Long> registrations, String words) {
    Matcher m = REGISTRANT.matcher(words);
    if (!m.matches()) {
      throw new IllegalArgumentException("registrant \"" + words + "\"");
    }
    Nexus nexus =
        new Nexus(
            new InitiatorPort(m.group(2), Long.parseLong(m.group(3), 16)),
            new TargetPort(m.group(4), Integer.parseInt(m.group(5)), Integer.parseInt(m.group(6))));
    if (registrations.put(nexus, Long.parseUnsignedLong(m.group(1), 16)) != null) {
      throw new IllegalArgumentException("registrant twice: " + nexus.describe());
    }
  }

  private static @Nullable Reservation held(String words, List<Nexus> registrants) {
    if (words.equals("none")) {
      return null;
    }
    int space = words.indexOf(' ');
    int code = space < 0 ? -1 : Integer.parseInt(words.substring(0, space));
    ReservationType type = code < 0 || code > 0xF ? null : ReservationType.of(code).orElse(null);
    String place = words.substring(space + 1);
    int holder = place.equals("all") ? -1 : Integer.parseInt(place);
    if (type == null || holder >= registrants.size() || (holder < 0 && !place.equals("all"))) {
      throw new IllegalArgumentException("reservation \"" + words + "\"");
    }
    return new Reservation(type, holder < 0 ? null : registrants.get(holder));
  }

  private static String value(Iterator<String> lines, String key) {
    return value(next(lines, key), key);
  }

  private static String next(Iterator<String> lines, String key) {
    if (!lines.hasNext()) {
      throw new IllegalArgumentException("no line \"" + key + "\"");
    }
    return lines.next();
  }

  private static String value(String line, String key) {
    if (!line.startsWith(key + " ")) {
      throw new IllegalArgumentException("\"" + key + "\" expected, found \"" + line + "\"");
    }
    return line.substring(key.length() + 1);
  }
}
