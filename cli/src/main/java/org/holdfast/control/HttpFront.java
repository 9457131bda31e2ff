package org.holdfast.control;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipeline of a control connection: one request at a time, its body bounded, and its work done
 * elsewhere.
 */
final class HttpFront extends ChannelInitializer<Channel> {
  private static final Logger log = LoggerFactory.getLogger(HttpFront.class);
  private static final int IDLE_SECONDS = 60;

  /** A request as it came. */
  record Raw(String method, String uri, String body, Optional<String> ifMatch) {}

  /** Answers on whatever thread, exactly once. Must not block. */
  @FunctionalInterface
  interface Worker {
    void answer(Raw request, Consumer<ApiAnswer> then);
  }

  private final Worker worker;
  private final Optional<TokenGuard.Door> door;

  /**
   * @param door who has to be let in; empty: whoever could connect may ask
   */
  HttpFront(Worker worker, Optional<TokenGuard.Door> door) {
    this.worker = worker;
    this.door = door;
  }

  @Override
  protected void initChannel(Channel channel) {
    // One request after another: nothing is read while one is answered, and FlowControlHandler
    // keeps what came with it.
    channel.pipeline().addLast(new HttpServerCodec());
    door.ifPresent(closed -> channel.pipeline().addLast(new TokenGuard(closed)));
    channel
        .pipeline()
        .addLast(new BoundedBody())
        .addLast(new FlowControlHandler())
        .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS))
        .addLast(new Handler(worker));
  }

  /** What is too long is answered like everything else. */
  private static final class BoundedBody extends HttpObjectAggregator {
    BoundedBody() {
      super(KeptFile.LONGEST);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
      Problem problem =
          new Problem(
              Problem.Kind.TOO_LARGE,
              "the request is longer than " + KeptFile.LONGEST + " bytes, which is the most");
      FullHttpResponse response = response(ApiAnswer.of(problem));
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** The answer as it is sent. */
  static FullHttpResponse response(ApiAnswer answer) {
    byte[] body = Json.pretty(answer.body());
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(
            HttpHeaderNames.CONTENT_TYPE,
            answer.status() < 400 ? "application/json" : "application/problem+json")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    answer
        .revision()
        .ifPresent(
            revision -> response.headers().set(HttpHeaderNames.ETAG, "\"" + revision + "\""));
    return response;
  }

  /** Thread: the connection's event loop. */
  private static final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final Worker worker;
    private boolean busy;

    Handler(Worker worker) {
      this.worker = worker;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      boolean keepAlive = HttpUtil.isKeepAlive(request);
      if (request.decoderResult().isFailure()) {
        answer(
            ctx,
            ApiAnswer.of(
                new Problem(Problem.Kind.NOT_UNDERSTOOD, "this is no request of HTTP/1.1")),
            false);
        return;
      }
      busy = true;
      ctx.channel().config().setAutoRead(false);
      Raw raw =
          new Raw(
              request.method().name(),
              request.uri(),
              new String(ByteBufUtil.getBytes(request.content()), StandardCharsets.UTF_8),
              Optional.ofNullable(request.headers().get(HttpHeaderNames.IF_MATCH)));
      worker.answer(raw, answer -> ctx.executor().execute(() -> answer(ctx, answer, keepAlive)));
    }

    private void answer(ChannelHandlerContext ctx, ApiAnswer answer, boolean keepAlive) {
      busy = false;
      FullHttpResponse response = response(answer);
      if (!keepAlive) {
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      }
      ctx.writeAndFlush(response)
          .addListener(
              sent -> {
                if (sent.isSuccess() && keepAlive) {
                  ctx.channel().config().setAutoRead(true);
                } else {
                  var _ = ctx.close();
                }
              });
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof IdleStateEvent && !busy) {
        var _ = ctx.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      log.debug("a control connection broke", cause);
      var _ = ctx.close();
    }
  }
}
