package org.holdfast.iscsi.login;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Large binary values in text: {@code 0x} and hexadecimal, or {@code 0b} and base64 (clause 6.1).
 */
final class BinaryValue {
  private BinaryValue() {}

  static String hex(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  /**
   * The bytes.
   *
   * @return empty when {@code text} is in neither form, holds nothing or more than {@code longest}
   *     bytes
   */
  static Optional<byte[]> parse(String text, int longest) {
    if (text.length() < 3 || text.length() > 2 + 2 * longest) {
      return Optional.empty();
    }
    String body = text.substring(2);
    try {
      return switch (text.substring(0, 2)) {
        // A leading zero may be left out.
        case "0x", "0X" ->
            Optional.of(HexFormat.of().parseHex(body.length() % 2 == 0 ? body : "0" + body));
        case "0b", "0B" ->
            Optional.of(Base64.getDecoder().decode(body))
                .filter(bytes -> bytes.length > 0 && bytes.length <= longest);
        default -> Optional.empty();
      };
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
