package org.holdfast.vms.bench.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps a number of I/Os in flight and counts what completes, all on the thread that calls it.
 *
 * <p>One turn of the loop: wait for the sockets, take what has arrived, begin as many I/Os as have
 * ended, hand them to the socket in one call.
 */
public final class LoadGenerator implements AutoCloseable {
  private static final Duration STUCK_AFTER = Duration.ofSeconds(30);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private final Selector selector = Selector.open();
  private final List<Conversation> conversations = new ArrayList<>();
  private final Recorder recorder = new Recorder();
  private final Consumer<SelectionKey> turn = this::turn;
  private IOException failure;

  private LoadGenerator() throws IOException {}

  /** Sessions that read and write random positions for as long as asked. */
  public static LoadGenerator random(Endpoint endpoint, Shape shape, long seed) throws IOException {
    LoadGenerator generator = new LoadGenerator();
    try {
      for (int i = 0; i < shape.sessions(); i++) {
        Workload workload = workload(shape, seed + i);
        generator.add(
            endpoint.isEcho()
                ? new EchoConversation(
                    echo(endpoint), shape.depth(), generator.recorder, workload, shape.ioBytes())
                : generator.iscsi(endpoint, shape, workload, null));
      }
      return generator;
    } catch (IOException | RuntimeException e) {
      generator.close();
      throw e;
    }
  }

  /** The same over a session that is there already, and that the generator closes. */
  public static LoadGenerator random(IscsiSession session, Shape shape, long seed)
      throws IOException {
    LoadGenerator generator = new LoadGenerator();
    try {
      generator.add(generator.iscsi(session, shape, workload(shape, seed), null));
      return generator;
    } catch (IOException | RuntimeException e) {
      generator.close();
      throw e;
    }
  }

  private static Workload workload(Shape shape, long seed) {
    return new RandomWorkload(seed, shape.readPercent(), shape.positions(), shape.units());
  }

  /** Writes the whole span in order, then reads it back and compares every byte. */
  public static void writeAndCheck(Endpoint endpoint, Shape shape, Content content)
      throws IOException {
    for (boolean read : new boolean[] {false, true}) {
      try (LoadGenerator generator = new LoadGenerator()) {
        Workload sweep = new SweepWorkload(read, shape.positions());
        generator.add(generator.iscsi(endpoint, shape, sweep, content));
        generator.recorder.start();
        generator.finish();
        long done = generator.recorder.latencies().total();
        if (done != shape.positions()) {
          throw new IOException("asked for " + shape.positions() + " I/Os, " + done + " completed");
        }
      }
    }
  }

  private static SocketChannel echo(Endpoint endpoint) throws IOException {
    SocketChannel channel = SocketChannel.open(endpoint.portal());
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return channel;
  }

  private Conversation iscsi(Endpoint endpoint, Shape shape, Workload workload, Content content)
      throws IOException {
    return iscsi(IscsiSession.login(endpoint, shape.digests()), shape, workload, content);
  }

  private Conversation iscsi(IscsiSession session, Shape shape, Workload workload, Content content)
      throws IOException {
    try {
      return new IscsiConversation(session, shape, recorder, workload, content);
    } catch (IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private void add(Conversation conversation) throws IOException {
    conversations.add(conversation);
    conversation.channel().configureBlocking(false);
    conversation.channel().register(selector, SelectionKey.OP_READ, conversation);
  }

  /**
   * What one stretch of time brought.
   *
   * @param nanos how long it really was
   * @param ownCpuNanos CPU time of the generator's thread
   */
  public record Measured(Histogram latencies, long nanos, long ownCpuNanos) {}

  /** Runs the load without counting. */
  public void warm(Duration time) throws IOException {
    run(time);
  }

  /** Runs the load and counts. The result is the generator's own until it measures again. */
  public Measured measure(Duration time) throws IOException {
    long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    long begun = System.nanoTime();
    recorder.start();
    run(time);
    recorder.stop();
    return new Measured(
        recorder.latencies(),
        System.nanoTime() - begun,
        ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu);
  }

  private void run(Duration time) throws IOException {
    pumpAll();
    long end = System.nanoTime() + time.toNanos();
    long alive = System.nanoTime();
    for (long now = alive; now < end; now = System.nanoTime()) {
      alive = wait(alive, now);
    }
  }

  /** Begins nothing new once the workload ends, and returns when nothing is in flight. */
  private void finish() throws IOException {
    pumpAll();
    long alive = System.nanoTime();
    while (inFlight() > 0) {
      alive = wait(alive, System.nanoTime());
    }
  }

  /** Lets everything that is in flight end. */
  public void drain() throws IOException {
    conversations.forEach(Conversation::stop);
    finish();
  }

  private void pumpAll() throws IOException {
    long now = System.nanoTime();
    for (Conversation conversation : conversations) {
      conversation.pump(now);
      watch(conversation.channel().keyFor(selector), conversation);
    }
  }

  private long wait(long alive, long now) throws IOException {
    if (selector.select(turn, LONGEST_WAIT.toMillis()) > 0) {
      if (failure != null) {
        throw failure;
      }
      return now;
    }
    if (now - alive > STUCK_AFTER.toNanos()) {
      throw new IOException(
          inFlight() + " I/Os have not been answered for " + STUCK_AFTER.toSeconds() + " s");
    }
    return alive;
  }

  private int inFlight() {
    return conversations.stream().mapToInt(Conversation::inFlight).sum();
  }

  private void turn(SelectionKey key) {
    Conversation conversation = (Conversation) key.attachment();
    try {
      if (key.isReadable()) {
        conversation.receive();
      }
      conversation.pump(System.nanoTime());
      watch(key, conversation);
    } catch (IOException e) {
      failure = e;
    }
  }

  private static void watch(SelectionKey key, Conversation conversation) {
    int wanted =
        conversation.pending()
            ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
            : SelectionKey.OP_READ;
    if (key.interestOps() != wanted) {
      key.interestOps(wanted);
    }
  }

  @Override
  public void close() throws IOException {
    for (Conversation conversation : conversations) {
      conversation.close();
    }
    selector.close();
  }
}
