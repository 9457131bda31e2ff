package org.holdfast.iscsi.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.holdfast.iscsi.ConnectionLogic;
import org.holdfast.iscsi.capture.Capture;
import org.holdfast.iscsi.capture.Captures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on portals and runs their connections. A connection lives on one event loop from accept
 * to close. Any thread may call the methods.
 */
public final class IscsiServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(IscsiServer.class);

  /** Name of the handler that is the connection's last. */
  private static final String CONNECTION = "connection";

  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(10);

  private final ServerSettings settings;
  private final ConnectionLogic.Factory factory;
  private final Captures captures;
  private final Admission admission;
  private final NettyBufferAllocator allocator =
      new NettyBufferAllocator(PooledByteBufAllocator.DEFAULT);
  private final EventLoopGroup loops;
  private final Class<? extends ServerChannel> channelType;

  /** Guarded by this. */
  private final List<Channel> listeners = new ArrayList<>();

  private final ChannelGroup connections =
      new DefaultChannelGroup("connections", GlobalEventExecutor.INSTANCE, true);

  private IscsiServer(ServerSettings settings, ConnectionLogic.Factory factory, Captures captures) {
    this.settings = settings;
    this.factory = factory;
    this.captures = captures;
    this.admission = new Admission(settings.limits());
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    this.channelType = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    this.loops =
        new MultiThreadIoEventLoopGroup(
            settings.eventLoops(), new DefaultThreadFactory("iscsi"), io);
  }

  /**
   * Starts to serve; returns when every portal accepts connections.
   *
   * @param factory makes the logic of each connection
   * @param captures shown every connection
   * @param portals addresses to listen on; port 0 takes any free port
   * @throws IOException when a portal cannot be bound; then none is
   */
  public static IscsiServer start(
      ServerSettings settings,
      ConnectionLogic.Factory factory,
      Captures captures,
      List<InetSocketAddress> portals)
      throws IOException {
    IscsiServer server = new IscsiServer(settings, factory, captures);
    try {
      for (InetSocketAddress portal : portals) {
        server.listeners.add(server.bind(portal, /* accepting= */ true));
      }
    } catch (IOException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /**
   * Reserves one more portal. Connections to it wait until {@link #open}.
   *
   * @return where it really is: port 0 takes any free port
   * @throws IOException when it cannot be listened on, with a message for the administrator
   */
  public synchronized InetSocketAddress reserve(InetSocketAddress portal) throws IOException {
    Channel listener = bind(portal, /* accepting= */ false);
    listeners.add(listener);
    return (InetSocketAddress) listener.localAddress();
  }

  /** Begins to accept connections at a reserved portal. */
  public synchronized void open(InetSocketAddress bound) {
    listener(bound).ifPresent(listener -> listener.config().setAutoRead(true));
  }

  /**
   * Stops listening at a portal. Those who came through it are asked to log out, and cut when they
   * do not in time.
   */
  public synchronized void forsake(InetSocketAddress bound) {
    Channel listener = listener(bound).orElse(null);
    if (listener == null) {
      return;
    }
    listeners.remove(listener);
    listener.close().awaitUninterruptibly();
    connections.stream().filter(channel -> listener.equals(channel.parent())).forEach(this::drain);
  }

  private Optional<Channel> listener(InetSocketAddress bound) {
    return listeners.stream().filter(listener -> listener.localAddress().equals(bound)).findFirst();
  }

  private Channel bind(InetSocketAddress portal, boolean accepting) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(channelType)
            .option(ChannelOption.SO_BACKLOG, settings.acceptBacklog())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(settings.outboundLow(), settings.outboundHigh()))
            .option(ChannelOption.AUTO_READ, accepting)
            .childHandler(new Initializer())
            .bind(portal)
            .awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      throw new IOException(
          String.format(
              "cannot listen on %s:%d: %s. Stop what uses the port (ss -ltnp 'sport = :%d' shows"
                  + " it), or choose another portal; port 0 takes any free port",
              portal.getHostString(), portal.getPort(), cause.getMessage(), portal.getPort()),
          cause);
    }
    return bound.channel();
  }

  /** Sets up an accepted connection. */
  private final class Initializer extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      Admission.Decision decision =
          admission.admit(
              channel.remoteAddress().getAddress(),
              () -> {
                log.debug(
                    "{}: closed, too many connections have not logged in", channel.remoteAddress());
                var _ = channel.close();
              });
      switch (decision) {
        case Admission.Decision.Admitted(Admission.Slot slot) -> {
          connections.add(channel);
          captures
              .forNewcomer(channel.remoteAddress(), channel.localAddress())
              .forEach(recorder -> CaptureTap.insert(channel.pipeline(), recorder));
          ConnectionHandler handler = new ConnectionHandler(settings, factory, allocator, slot);
          channel.config().setRecvByteBufAllocator(new ReceiveMemory(handler::landing));
          channel.pipeline().addLast(CONNECTION, handler);
        }
        case Admission.Decision.Refused(int count) -> {
          log.warn(
              "{}: refused, {} connections are open, which is the limit",
              channel.remoteAddress(),
              count);
          var _ = channel.close();
        }
      }
    }
  }

  /**
   * Has the session of a connection recorded, from its next PDUs on.
   *
   * @return completes on the connection's event loop; false when it has no session any more
   */
  public CompletableFuture<Boolean> record(
      InetSocketAddress initiator, InetSocketAddress portal, Capture capture) {
    CompletableFuture<Boolean> joined = new CompletableFuture<>();
    Channel channel =
        connections.stream()
            .filter(
                one -> initiator.equals(one.remoteAddress()) && portal.equals(one.localAddress()))
            .findFirst()
            .orElse(null);
    if (channel == null) {
      joined.complete(false);
      return joined;
    }
    channel
        .eventLoop()
        .execute(
            () -> {
              ChannelHandlerContext context = channel.pipeline().context(ConnectionHandler.class);
              joined.complete(
                  context != null
                      && context.handler() instanceof ConnectionHandler handler
                      && handler.record(context, capture));
            });
    return joined;
  }

  /** Where the portals really listen, in the order of the portals. */
  public synchronized List<InetSocketAddress> boundAddresses() {
    return listeners.stream().map(listener -> (InetSocketAddress) listener.localAddress()).toList();
  }

  /** Connections that are open now. */
  public int connectionCount() {
    return admission.connections();
  }

  /**
   * Stops accepting, lets every connection end what it has begun, and closes.
   *
   * @param patience after which connections are cut
   * @return whether all ended by themselves
   */
  public boolean drain(Duration patience) {
    closeListeners();
    connections.forEach(this::drain);
    boolean ended =
        connections.newCloseFuture().awaitUninterruptibly(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (!ended) {
      log.warn("{} connections did not end within {} and are cut", connections.size(), patience);
    }
    close();
    return ended;
  }

  private void drain(Channel channel) {
    ConnectionHandler handler = channel.pipeline().get(ConnectionHandler.class);
    if (handler != null) {
      channel.eventLoop().execute(handler::drain);
    }
  }

  private synchronized void closeListeners() {
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
  }

  /** Closes everything now. Further calls do nothing. */
  @Override
  public void close() {
    closeListeners();
    connections.close().awaitUninterruptibly();
    loops
        .shutdownGracefully(0, SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(SHUTDOWN_TIMEOUT.toMillis());
  }
}
