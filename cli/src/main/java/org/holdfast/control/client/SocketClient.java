package org.holdfast.control.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.holdfast.config.Finding;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** HTTP over a socket, one connection for each question. */
final class SocketClient implements ControlClient {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final ControlAddress socket;
  private final Duration patience;

  /** The question that waits for its answer. */
  private volatile @Nullable Selector waiting;

  private volatile boolean cancelled;

  /**
   * @param patience how long an answer may take
   */
  SocketClient(ControlAddress socket, Duration patience) {
    this.socket = socket;
    this.patience = patience;
  }

  @Override
  public JsonNode get(String path) throws ControlException {
    return ask("GET", path, null);
  }

  @Override
  public JsonNode post(String path, @Nullable JsonNode body) throws ControlException {
    return ask("POST", path, body);
  }

  @Override
  public JsonNode put(String path, JsonNode body) throws ControlException {
    return ask("PUT", path, body);
  }

  @Override
  public JsonNode delete(String path) throws ControlException {
    return ask("DELETE", path, null);
  }

  @Override
  public void cancel() {
    cancelled = true;
    Selector selector = waiting;
    if (selector != null) {
      try {
        selector.wakeup();
      } catch (ClosedSelectorException _) {
        // The answer has come.
      }
    }
  }

  @Override
  public void resume() {
    cancelled = false;
  }

  private JsonNode ask(String method, String path, @Nullable JsonNode body)
      throws ControlException {
    HttpReply reply;
    try (SocketChannel channel = socket.connect();
        Selector selector = Selector.open()) {
      waiting = selector;
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      reply = exchange(channel, key, request(method, path, body));
    } catch (IOException | IllegalArgumentException e) {
      throw ControlException.noAnswer(socket.explain(e));
    } finally {
      waiting = null;
    }
    return understood(reply);
  }

  private ByteBuffer request(String method, String path, @Nullable JsonNode body) {
    byte[] content = body == null ? new byte[0] : MAPPER.writeValueAsBytes(body);
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: "
            + socket.host()
            + "\r\nConnection: close\r\nAccept: application/json\r\n"
            + socket.authorization().map(shown -> "Authorization: " + shown + "\r\n").orElse("")
            + (body == null ? "" : "Content-Type: application/json\r\n")
            + "Content-Length: "
            + content.length
            + "\r\n\r\n";
    byte[] start = head.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(start.length + content.length).put(start).put(content).flip();
  }

  private HttpReply exchange(SocketChannel channel, SelectionKey key, ByteBuffer request)
      throws IOException, ControlException {
    long end = System.nanoTime() + patience.toNanos();
    while (request.hasRemaining()) {
      if (channel.write(request) == 0) {
        await(key, end);
      }
    }
    key.interestOps(SelectionKey.OP_READ);
    HttpReply reply = new HttpReply();
    ByteBuffer piece = ByteBuffer.allocate(1 << 16);
    while (!reply.complete()) {
      await(key, end);
      if (channel.read(piece.clear()) < 0) {
        throw new IOException("the daemon ended the connection before its answer was complete");
      }
      reply.add(piece.flip());
    }
    return reply;
  }

  private void await(SelectionKey key, long end) throws IOException, ControlException {
    Selector selector = key.selector();
    long millis = Math.max(1, (end - System.nanoTime()) / 1_000_000);
    selector.selectedKeys().clear();
    // Whoever cancelled before the selector was there to be woken has only left the word.
    if (!cancelled) {
      selector.select(millis);
    }
    if (cancelled) {
      throw ControlException.noAnswer(
          "no longer waiting for the daemon's answer; it goes on with what it was told");
    }
    if (System.nanoTime() - end >= 0) {
      throw ControlException.noAnswer(
          "the daemon at "
              + socket
              + " has not answered for "
              + patience.toSeconds()
              + " s; its log may say why");
    }
  }

  private JsonNode understood(HttpReply reply) throws ControlException {
    JsonNode answer;
    try {
      answer =
          reply.body().length == 0
              ? JsonNodeFactory.instance.objectNode()
              : MAPPER.readTree(reply.body());
    } catch (JacksonException e) {
      throw ControlException.noAnswer(
          socket + " answers, but not as a holdfast does: " + e.getOriginalMessage());
    }
    if (reply.status() / 100 == 2) {
      return answer;
    }
    List<Finding> findings = new ArrayList<>();
    for (JsonNode finding : answer.path("findings")) {
      findings.add(
          new Finding(finding.path("path").asString(""), finding.path("message").asString("")));
    }
    throw new ControlException(
        reply.status(),
        answer.path("title").asString("status " + reply.status()),
        answer.path("detail").asString(""),
        findings);
  }
}
