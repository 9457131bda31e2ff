package org.holdfast.control;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.holdfast.config.ControlToken;

/**
 * Stands before the API at a TCP port, which every process of the machine can reach: looks at the
 * head of a request before anything of its body is taken in. Thread: the connection's event loop.
 */
final class TokenGuard extends ChannelInboundHandlerAdapter {
  /** So many connections at once; more are closed, so that they cannot take the daemon's files. */
  static final int CONNECTIONS = 64;

  /** Time for a client to read why, before what it still sends breaks the connection. */
  private static final int LINGER_SECONDS = 2;

  private static final Pattern BEARER = Pattern.compile("(?i:Bearer) +([^ ]+) *");

  /**
   * A page in a browser may let its own name lead to 127.0.0.1 and ask in its user's name (DNS
   * rebinding). The name stays in the header: only names that nobody can give away are answered.
   */
  private static final Pattern LOOPBACK =
      Pattern.compile("(?i)(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");

  /** What all connections of a port share. Owner: the event loop that they all live on. */
  static final class Door {
    private final ControlToken token;
    private final RefusalLog log;
    private int open;

    Door(ControlToken token, RefusalLog log) {
      this.token = token;
      this.log = log;
    }
  }

  private final Door door;
  private boolean refused;

  TokenGuard(Door door) {
    this.door = door;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    door.open++;
    if (door.open > CONNECTIONS) {
      door.log.refused(
          ctx.channel().remoteAddress(), CONNECTIONS + " connections are open already");
      var _ = ctx.close();
    } else {
      ctx.fireChannelActive();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    door.open--;
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!refused && message instanceof HttpRequest head) {
      Optional<Problem> problem = problem(head);
      refused = problem.isPresent();
      problem.ifPresent(why -> refuse(ctx, why));
    }
    if (refused) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private Optional<Problem> problem(HttpRequest head) {
    List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
    if (hosts.size() != 1 || !LOOPBACK.matcher(hosts.getFirst()).matches()) {
      return Optional.of(
          new Problem(
              Problem.Kind.NOT_FOR_HERE,
              "the header Host says "
                  + (hosts.size() == 1 ? "'" + hosts.getFirst() + "'" : "nothing that is clear")
                  + "; only http://127.0.0.1, http://[::1] and http://localhost are answered"
                  + " here"));
    }
    List<String> shown = head.headers().getAll(HttpHeaderNames.AUTHORIZATION);
    Optional<Matcher> bearer =
        shown.stream().map(BEARER::matcher).filter(Matcher::matches).findFirst();
    if (shown.size() != 1 || bearer.isEmpty()) {
      return Optional.of(
          new Problem(
              Problem.Kind.NOT_ALLOWED,
              "send the header 'Authorization: Bearer TOKEN' with the token from the file that the"
                  + " daemon was started with (--control-token)"));
    }
    if (!door.token.matches(bearer.get().group(1))) {
      return Optional.of(
          new Problem(
              Problem.Kind.NOT_ALLOWED,
              "the token is not the daemon's; it read its own from the file named by"
                  + " --control-token when it started"));
    }
    return Optional.empty();
  }

  private void refuse(ChannelHandlerContext ctx, Problem problem) {
    door.log.refused(ctx.channel().remoteAddress(), String.valueOf(problem.getMessage()));
    FullHttpResponse response = HttpFront.response(ApiAnswer.of(problem));
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (problem.kind() == Problem.Kind.NOT_ALLOWED) {
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"holdfast\"");
    }
    ctx.writeAndFlush(response)
        .addListener(
            _ -> {
              if (ctx.channel() instanceof DuplexChannel channel) {
                var _ = channel.shutdownOutput();
              }
              ctx.channel().config().setAutoRead(true); // What still comes is thrown away.
              var _ = ctx.executor().schedule(() -> close(ctx), LINGER_SECONDS, TimeUnit.SECONDS);
            });
  }

  private static void close(ChannelHandlerContext ctx) {
    var _ = ctx.close();
  }
}
