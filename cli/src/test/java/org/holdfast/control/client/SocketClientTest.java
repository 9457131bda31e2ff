package org.holdfast.control.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a socket at which something else than a holdfast listens. */
@Timeout(60)
class SocketClientTest {
  @TempDir Path dir;
  private Path socket;
  private ServerSocketChannel listening;

  @BeforeEach
  void listen() throws IOException {
    socket = dir.resolve("other.sock");
    listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listening.bind(UnixDomainSocketAddress.of(socket));
  }

  @AfterEach
  void end() throws IOException {
    listening.close();
  }

  private static String said(ControlClient client) {
    ControlException e =
        catchThrowableOfType(ControlException.class, () -> client.get("/v1/version"));
    assertThat(e.status()).isEqualTo(ControlException.NO_ANSWER);
    return e.detail();
  }

  @Test
  void whoNeverAnswers() {
    assertThat(said(new SocketClient(new ControlAddress.Socket(socket), Duration.ofSeconds(1))))
        .isEqualTo("the daemon at " + socket + " has not answered for 1 s; its log may say why");
  }

  @Test
  void whoIsNotWaitedForAnyMore() {
    ControlClient client = ControlClient.at(socket);
    client.cancel();
    assertThat(said(client))
        .isEqualTo("no longer waiting for the daemon's answer; it goes on with what it was told");
  }

  private String saidOf(String answer) throws Exception {
    Thread answering =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (SocketChannel one = listening.accept()) {
                    one.read(ByteBuffer.allocate(1 << 16));
                    one.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    String said = said(ControlClient.at(socket));
    answering.join();
    return said;
  }

  @Test
  void whoSpeaksAnotherLanguage() throws Exception {
    assertThat(saidOf("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"))
        .startsWith(socket + " answers, but not as a holdfast does: ");
    assertThat(saidOf("220 mail.example.org ESMTP\r\n\r\n"))
        .isEqualTo(
            "asking the daemon at "
                + socket
                + ": what answers there does not speak HTTP as a holdfast does");
    assertThat(saidOf("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"))
        .isEqualTo(
            "asking the daemon at "
                + socket
                + ": the daemon ended the connection before its answer was complete");
  }
}
