package org.holdfast.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.holdfast.config.Addresses;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigReader;
import org.holdfast.daemon.Daemon;
import org.holdfast.daemon.StartException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Serves the control API of one daemon on a Unix socket, and at a port of this machine for who has
 * a token.
 *
 * <p>Threads: one reads and writes the connections; one carries out what changes anything, one
 * after another; one looks things up, so that who only looks need not wait for a change.
 */
public final class ControlServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ControlServer.class);
  private static final int PATIENCE_SECONDS = 5;

  private final ControlApi api;
  private final Optional<SocketFile> socket;
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("control", true), NioIoHandler.newFactory());
  private final ExecutorService changes = thread("control-change");
  private final ExecutorService looks = thread("control-look");
  private final ChannelGroup channels =
      new DefaultChannelGroup("control", GlobalEventExecutor.INSTANCE, true);

  /** Set before anybody has the server. */
  private Optional<InetSocketAddress> port = Optional.empty();

  private ControlServer(ControlApi api, Optional<SocketFile> socket) {
    this.api = api;
    this.socket = socket;
  }

  private static ExecutorService thread(String name) {
    return Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
  }

  /** As {@link #start(Daemon, StartingPoint, List, ControlPlaces)}, on a Unix socket. */
  public static ControlServer start(
      Daemon daemon, StartingPoint start, List<InetSocketAddress> portals, Path socket)
      throws StartException {
    return start(daemon, start, portals, ControlPlaces.at(socket));
  }

  /**
   * Begins to answer.
   *
   * @param start what the daemon was started with
   * @param portals where it listens instead of where its configuration says; empty: as it says
   * @param places where; a socket is replaced when a dead process has left it
   */
  public static ControlServer start(
      Daemon daemon, StartingPoint start, List<InetSocketAddress> portals, ControlPlaces places)
      throws StartException {
    ConfigService config =
        new ConfigService(daemon::apply, start, portals, () -> TrafficView.sessions(daemon));
    Optional<SocketFile> socket =
        places.socket().isPresent()
            ? Optional.of(SocketFile.at(places.socket().get()))
            : Optional.empty();
    ControlServer server = new ControlServer(new ControlApi(daemon, config), socket);
    boolean started = false;
    try {
      if (socket.isPresent()) {
        server.listen(socket.get());
      }
      if (places.tcp().isPresent()) {
        server.listen(places.tcp().get());
      }
      started = true;
      return server;
    } finally {
      if (!started) {
        server.close();
      }
    }
  }

  private void listen(SocketFile socket) throws StartException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerDomainSocketChannel.class)
            .childHandler(new HttpFront(this::answer, Optional.empty()))
            .bind(UnixDomainSocketAddress.of(socket.beginning()))
            .awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      throw socket.failed(cause);
    }
    Channel listener = bound.channel();
    channels.add(listener);
    socket.publish();
    log.info("control socket {}", socket.path());
  }

  private void listen(ControlPlaces.Tcp tcp) throws StartException {
    RefusalLog refusals = new RefusalLog(System::nanoTime);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new HttpFront(
                    this::answer, Optional.of(new TokenGuard.Door(tcp.token(), refusals))))
            .bind(tcp.address())
            .awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      throw new StartException(
          "control port "
              + Addresses.format(tcp.address())
              + " cannot be used: "
              + cause.getMessage()
              + "; choose another one with --control-tcp",
          cause);
    }
    channels.add(bound.channel());
    port = Optional.of((InetSocketAddress) bound.channel().localAddress());
    log.info("control port http://{}", Addresses.format(port.get()));
  }

  /** Where it answers by TCP; empty: nowhere. */
  public Optional<InetSocketAddress> port() {
    return port;
  }

  /** Event loop; hands the work over. */
  private void answer(HttpFront.Raw raw, Consumer<ApiAnswer> then) {
    boolean looking = raw.method().equals("GET");
    try {
      (looking ? looks : changes).execute(() -> then.accept(answer(raw)));
    } catch (RejectedExecutionException _) {
      then.accept(
          ApiAnswer.of(new Problem(Problem.Kind.DEFECT, "the daemon is ending; try the next one")));
    }
  }

  private ApiAnswer answer(HttpFront.Raw raw) {
    try {
      QueryStringDecoder uri = new QueryStringDecoder(raw.uri());
      Route.Match match = Route.of(raw.method(), uri.path());
      Map<String, String> query = new HashMap<>();
      uri.parameters().forEach((name, values) -> query.put(name, values.getFirst()));
      return api.answer(
          match.route(),
          new ApiRequest(
              match.variables(),
              query,
              body(raw),
              raw.ifMatch().map(tag -> tag.replace("\"", "")).orElse(null)));
    } catch (Problem problem) {
      return ApiAnswer.of(problem);
    } catch (RuntimeException e) {
      log.error("{} {} failed", raw.method(), raw.uri(), e);
      return ApiAnswer.of(
          new Problem(
              Problem.Kind.DEFECT, "the daemon has a defect, its log has the details: " + e));
    }
  }

  private static ObjectNode body(HttpFront.Raw raw) throws Problem {
    if (raw.body().isBlank()) {
      return Json.object();
    }
    try {
      return ConfigReader.tree(raw.body(), "the body of the request");
    } catch (ConfigException e) {
      throw new Problem(Problem.Kind.NOT_UNDERSTOOD, String.valueOf(e.getMessage()));
    }
  }

  /** Answers nobody any more; a change that has begun is waited for, for a bounded time. */
  @Override
  public void close() {
    changes.shutdown();
    looks.shutdown();
    try {
      if (!changes.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        log.warn("a change of the configuration is still under way");
      }
    } catch (InterruptedException e) {
      log.warn("interrupted while a change may be under way", e);
    }
    channels.close().awaitUninterruptibly();
    loop.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    socket.ifPresent(ControlServer::remove);
  }

  private static void remove(SocketFile socket) {
    try {
      socket.remove();
    } catch (IOException e) {
      log.warn("{} stays behind", socket.path(), e);
    }
  }
}
