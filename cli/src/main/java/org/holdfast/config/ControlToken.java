package org.holdfast.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.regex.Pattern;

/** What who asks over TCP has to show: a bearer token (RFC 6750). Shown by no message. */
public final class ControlToken {
  /** Characters; with 64 of them that could stand in each place, 96 bits. */
  static final int SHORTEST = 16;

  private static final int LONGEST = 4096;

  /** RFC 6750 clause 2.1, b64token: everything else could not be sent. */
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final byte[] token;

  private ControlToken(String token) {
    this.token = token.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads one from a file that holds nothing else.
   *
   * @throws IOException the message says which file, what is wrong with it, and what to do
   */
  public static ControlToken read(Path file, PrivateFiles files) throws IOException {
    byte[] content;
    try {
      content = files.read(file, LONGEST);
    } catch (PrivateFiles.RefusedException e) {
      throw refused(String.valueOf(e.getMessage()), file);
    } catch (IOException e) {
      throw refused(file + " cannot be read: " + e, file);
    }
    String text = new String(content, StandardCharsets.UTF_8).strip();
    if (!FORM.matcher(text).matches()) {
      throw refused(
          file
              + (text.isEmpty()
                  ? " is empty"
                  : " holds something else than letters, digits and -._~+/ without blanks"),
          file);
    }
    if (text.length() < SHORTEST) {
      throw refused(
          file + " holds " + text.length() + " characters, and it takes " + SHORTEST, file);
    }
    return new ControlToken(text);
  }

  private static IOException refused(String why, Path file) {
    return new IOException(
        "control token: "
            + why
            + ". To make a new one: (umask 077; openssl rand -hex 32 > "
            + file
            + ")");
  }

  /** Whether {@code given} is the same; how long that takes says nothing about this one. */
  public boolean matches(String given) {
    return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token);
  }

  /** The value of the header Authorization (RFC 6750 clause 2.1). */
  public String header() {
    return "Bearer " + new String(token, StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return "(token)";
  }
}
