package org.holdfast.control;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigReader;
import tools.jackson.databind.node.ObjectNode;

/**
 * Secrets on their way into their file, and how to see whether they have to get there.
 *
 * @param before digest of the configuration file that they replace the old ones beside
 * @param after digest of the one that they belong to
 * @param old digest of the file of secrets that they replace
 * @param secrets what is to be in it
 */
record PendingSecrets(String before, String after, String old, ObjectNode secrets) {
  /** SHA-256 in hexadecimal digits; of a file that is not there, nothing. */
  static String digest(Optional<byte[]> content) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return content.map(sha::digest).map(HexFormat.of()::formatHex).orElse("");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  byte[] bytes() {
    ObjectNode json = Json.object().put("before", before).put("after", after).put("old", old);
    json.set("secrets", secrets);
    return Json.pretty(json);
  }

  /** Empty when it is none: somebody else's file. */
  static Optional<PendingSecrets> of(byte[] content) {
    try {
      ObjectNode json =
          ConfigReader.tree(new String(content, StandardCharsets.UTF_8), "pending secrets");
      return json.get("secrets") instanceof ObjectNode secrets && json.hasNonNull("after")
          ? Optional.of(
              new PendingSecrets(
                  json.path("before").asString(""),
                  json.path("after").asString(""),
                  json.path("old").asString(""),
                  secrets))
          : Optional.empty();
    } catch (ConfigException _) {
      return Optional.empty();
    }
  }
}
