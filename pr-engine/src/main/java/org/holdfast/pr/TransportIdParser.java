package org.holdfast.pr;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/** Reads TransportIDs out of PERSISTENT RESERVE OUT parameter lists (SPC-4 clause 7.6.4.6). */
final class TransportIdParser {
  /** Least ADDITIONAL LENGTH. */
  static final int LEAST_ADDITIONAL_LENGTH = 20;

  /** Longest iSCSI name in bytes (RFC 7143 clause 4.2.7.1). */
  private static final int LONGEST_NAME = 223;

  private static final int ISID_DIGITS = 12;

  private TransportIdParser() {}

  /** A TransportID, or why there is none. */
  sealed interface Parsed {
    /**
     * What was read.
     *
     * @param length in bytes, header included
     */
    record Read(TransportId id, int length) implements Parsed {}

    record Malformed(PrFault fault) implements Parsed {}
  }

  /**
   * Reads the TransportID that starts at {@code at}.
   *
   * @param list big-endian, its limit where the TransportIDs end
   * @param lengthField byte offset of the field that says so, to which a TransportID that is cut
   *     short is laid (SPC-4 clause 6.16.3)
   */
  static Parsed parse(ByteBuffer list, int at, int lengthField) {
    if (list.limit() - at < TransportId.HEADER) {
      return malformed(lengthField, 7);
    }
    int format = list.get(at) >>> 6 & 0x3;
    if ((list.get(at) & 0xF) != TransportId.ISCSI) {
      return malformed(at, 3);
    }
    if (format > 1) {
      return malformed(at, 7);
    }
    int additional = Short.toUnsignedInt(list.getShort(at + 2));
    if (additional < LEAST_ADDITIONAL_LENGTH || additional % 4 != 0) {
      return malformed(at + 2, 7);
    }
    int start = at + TransportId.HEADER;
    if (additional > list.limit() - start) {
      return malformed(lengthField, 7);
    }
    // The first null ends the text, whatever the length says and whatever stands behind it.
    int end = start;
    while (end < start + additional && list.get(end) != 0) {
      end++;
    }
    if (end == start + additional) {
      return malformed(start, 7);
    }
    try {
      return new Parsed.Read(
          id(format, text(list.slice(start, end - start))), TransportId.HEADER + additional);
    } catch (CharacterCodingException | IllegalArgumentException _) {
      return malformed(start, 7);
    }
  }

  private static String text(ByteBuffer bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(bytes)
        .toString();
  }

  private static TransportId id(int format, String text) {
    if (format == 0) {
      return new TransportId.Node(name(text));
    }
    String lower = text.toLowerCase(Locale.ROOT);
    int separator = lower.lastIndexOf(TransportId.SEPARATOR);
    if (separator < 0) {
      throw new IllegalArgumentException("no ISID");
    }
    String digits = lower.substring(separator + TransportId.SEPARATOR.length());
    if (!digits.matches("[0-9a-f]{1," + ISID_DIGITS + "}")) {
      throw new IllegalArgumentException("not an ISID");
    }
    return new TransportId.Port(
        new InitiatorPort(name(text.substring(0, separator)), Long.parseLong(digits, 16)));
  }

  /** As the login normalises names (RFC 3722), so that both mean the same port. */
  private static String name(String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new IllegalArgumentException("the name is too long");
    }
    String folded = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    return Normalizer.normalize(folded, Normalizer.Form.NFKC);
  }

  private static Parsed malformed(int byteOffset, int bit) {
    return new Parsed.Malformed(new PrFault.InvalidFieldInParameterList(byteOffset, bit));
  }
}
