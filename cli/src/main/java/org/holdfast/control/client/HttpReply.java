package org.holdfast.control.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answer to one request of HTTP/1.1, put together piece by piece. A holdfast always says how
 * long its body is. Owner: the thread that asks.
 */
final class HttpReply {
  private static final byte[] BLANK = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_HEAD = 1 << 16;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})\\b.*");
  private static final Pattern LENGTH =
      Pattern.compile("(?im)^content-length:[ \\t]*([0-9]{1,9})[ \\t]*$");

  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private int status;
  private int bodyStart = -1;
  private int bodyLength;

  /** Takes over what {@code piece} holds. */
  void add(ByteBuffer piece) throws IOException {
    received.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
    if (bodyStart < 0) {
      byte[] soFar = received.toByteArray();
      int end = endOfHead(soFar);
      if (end >= 0) {
        head(new String(soFar, 0, end, StandardCharsets.ISO_8859_1));
        bodyStart = end + BLANK.length;
      } else if (soFar.length > LONGEST_HEAD) {
        throw new IOException("what answers there does not speak HTTP");
      }
    }
  }

  private static int endOfHead(byte[] bytes) {
    for (int i = 0; i + BLANK.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + BLANK.length, BLANK, 0, BLANK.length)) {
        return i;
      }
    }
    return -1;
  }

  private void head(String text) throws IOException {
    Matcher first = STATUS.matcher(text.lines().findFirst().orElse(""));
    Matcher length = LENGTH.matcher(text.replace("\r", ""));
    if (!first.matches() || !length.find()) {
      throw new IOException("what answers there does not speak HTTP as a holdfast does");
    }
    status = Integer.parseInt(first.group(1));
    bodyLength = Integer.parseInt(length.group(1));
  }

  boolean complete() {
    return bodyStart >= 0 && received.size() - bodyStart >= bodyLength;
  }

  int status() {
    return status;
  }

  byte[] body() {
    return Arrays.copyOfRange(received.toByteArray(), bodyStart, bodyStart + bodyLength);
  }
}
