package org.holdfast.vms.initiator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Both byte streams of one connection as text: a line {@code > hex} for every PDU the initiator
 * sent, a line {@code < hex} for every PDU the target sent, {@code #} before a comment.
 *
 * <p>The decoder's tests replay such files, see {@code iscsi-frontend/src/test/resources/captures}.
 */
public final class Capture implements AutoCloseable {
  private final Writer file;

  /** Starts a file in {@code target/captures}, replacing one of the same name. */
  public Capture(String name, String comment) throws IOException {
    Path directory = Files.createDirectories(Path.of("target", "captures"));
    file = Files.newBufferedWriter(directory.resolve(name + ".hex"), StandardCharsets.UTF_8);
    file.write("# " + comment + "\n");
  }

  void sent(byte[] bytes) {
    line("> ", bytes);
  }

  void received(byte[] bytes) {
    line("< ", bytes);
  }

  /** A comment between two PDUs. */
  public void note(String text) {
    write("# " + text + "\n");
  }

  private void line(String direction, byte[] bytes) {
    write(direction + HexFormat.of().formatHex(bytes) + "\n");
  }

  private void write(String text) {
    try {
      file.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
