package org.holdfast.backstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The file that one unit's settings are kept in: UTF-8 text, a line with format and version, one
 * with the unit, one for each setting, and one with the CRC-32C of everything before it.
 */
final class SettingsText {
  private static final String FORMAT = "holdfast settings 1";
  private static final String UNIT = "unit ";
  private static final String CHECKSUM = "crc32c ";
  private static final String NAME = "[a-z0-9-]+";

  private SettingsText() {}

  static byte[] encode(String unit, Map<String, String> settings) {
    StringBuilder text = new StringBuilder(FORMAT).append('\n').append(UNIT).append(unit);
    text.append('\n');
    new TreeMap<>(settings)
        .forEach(
            (name, value) -> {
              if (!name.matches(NAME) || value.chars().anyMatch(c -> c == '\n' || c == '\r')) {
                throw new IllegalArgumentException("not a setting: " + name + "=" + value);
              }
              text.append(name).append('=').append(value).append('\n');
            });
    byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
    byte[] last = (CHECKSUM + checksum(body, body.length) + "\n").getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(body.length + last.length).put(body).put(last).array();
  }

  private static String checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return String.format("%08x", crc.getValue());
  }

  /**
   * The settings in {@code content}.
   *
   * @throws IOException with a reason in words, when it is not {@code unit}'s file as it was
   *     written
   */
  static Map<String, String> decode(String unit, byte[] content) throws IOException {
    int body = content.length - CHECKSUM.length() - 9;
    if (body <= 0) {
      throw new IOException("it is cut short");
    }
    String last = CHECKSUM + checksum(content, body) + "\n";
    if (!text(content, body, content.length - body).equals(last)) {
      throw new IOException("its checksum is wrong");
    }
    List<String> lines = text(content, 0, body).lines().toList();
    if (lines.size() < 2 || !lines.getFirst().equals(FORMAT)) {
      throw new IOException("it is not of the format \"" + FORMAT + "\"");
    }
    if (!lines.get(1).equals(UNIT + unit)) {
      throw new IOException("it belongs to \"" + lines.get(1) + "\"");
    }
    Map<String, String> settings = new TreeMap<>();
    for (String line : lines.subList(2, lines.size())) {
      int equals = line.indexOf('=');
      if (equals < 0 || !line.substring(0, equals).matches(NAME)) {
        throw new IOException("\"" + line + "\" is not a setting");
      }
      settings.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return settings;
  }

  private static String text(byte[] bytes, int from, int length) throws IOException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IOException("it is not UTF-8", e);
    }
  }
}
