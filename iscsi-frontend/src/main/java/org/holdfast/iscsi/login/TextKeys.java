package org.holdfast.iscsi.login;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** {@code key=value} pairs and their bytes: UTF-8, each ended by a NUL (RFC 7143 clause 6.1). */
public final class TextKeys {
  /** Longest key name, characters. */
  public static final int MAX_KEY_LENGTH = 63;

  /** Longest value that is looked at, bytes; what a key may carry is the business of its row. */
  public static final int MAX_VALUE_LENGTH = 8192;

  private static final Pattern KEY =
      Pattern.compile("[A-Za-z0-9.\\-+@_]{1," + MAX_KEY_LENGTH + "}");

  private TextKeys() {}

  /**
   * One pair.
   *
   * @param key as on the wire
   * @param value as on the wire, possibly empty
   */
  public record Pair(String key, String value) {
    @Override
    public String toString() {
      return key + "=" + value;
    }
  }

  /**
   * The pairs in {@code text}, the whole of a request or answer. Empty pairs (padding) are skipped.
   *
   * @throws NegotiationException when the text is not well-formed
   */
  public static List<Pair> decode(byte[] text) throws NegotiationException {
    List<Pair> pairs = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= text.length; i++) {
      boolean end = i == text.length;
      if (!end && text[i] != 0) {
        continue;
      }
      if (i > start) {
        pairs.add(pair(ByteBuffer.wrap(text, start, i - start)));
      }
      start = i + 1;
    }
    return pairs;
  }

  private static Pair pair(ByteBuffer bytes) throws NegotiationException {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(bytes)
              .toString();
    } catch (CharacterCodingException malformed) {
      throw new NegotiationException("text that is not UTF-8", malformed);
    }
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new NegotiationException("text without '=': " + printable(text));
    }
    String key = text.substring(0, equals);
    if (!KEY.matcher(key).matches()) {
      throw new NegotiationException("not a key name of 1 to 63 characters: " + printable(key));
    }
    if (text.length() - equals - 1 > MAX_VALUE_LENGTH) {
      throw new NegotiationException("the value of " + key + " is longer than " + MAX_VALUE_LENGTH);
    }
    return new Pair(key, text.substring(equals + 1));
  }

  /** For logs: what came from the wire, short and without control characters. */
  static String printable(String text) {
    String head = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return "'" + head.replaceAll("\\p{Cntrl}", "?") + "'";
  }

  public static byte[] encode(List<Pair> pairs) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Pair pair : pairs) {
      out.writeBytes(pair.toString().getBytes(StandardCharsets.UTF_8));
      out.write(0);
    }
    return out.toByteArray();
  }
}
