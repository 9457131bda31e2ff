package org.holdfast.iscsi.netty;

import java.time.Duration;

/**
 * How the server treats its connections.
 *
 * @param eventLoops threads that serve connections, at least 1
 * @param acceptBacklog connections that the kernel keeps until they are accepted
 * @param limits how many connections there may be
 * @param loginTimeout from accept to full feature phase; then the connection is closed
 * @param closingTimeout how long a connection that we close may take to write its last bytes and
 *     see the peer's end
 * @param tick interval of {@code ConnectionLogic.onTick}
 * @param outboundLow bytes waiting to be written below which reading goes on
 * @param outboundHigh bytes waiting to be written above which nothing more is read
 */
public record ServerSettings(
    int eventLoops,
    int acceptBacklog,
    Limits limits,
    Duration loginTimeout,
    Duration closingTimeout,
    Duration tick,
    int outboundLow,
    int outboundHigh) {

  /**
   * How many connections there may be.
   *
   * @param connections all of them; a further one is refused
   * @param pending connections that have not logged in; a further one displaces the oldest
   * @param pendingPerAddress the same for one address of an initiator
   */
  public record Limits(int connections, int pending, int pendingPerAddress) {
    public Limits {
      if (pendingPerAddress < 1 || pending < pendingPerAddress || connections < pending) {
        throw new IllegalArgumentException(
            "connections "
                + connections
                + ", pending "
                + pending
                + ", pending per address "
                + pendingPerAddress
                + ": expected each to be at least the next, and 1");
      }
    }
  }

  /** For a machine of this size. */
  public static ServerSettings defaults() {
    return new ServerSettings(
        Runtime.getRuntime().availableProcessors(),
        1024,
        new Limits(4096, 256, 32),
        Duration.ofSeconds(15),
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        1 << 20,
        4 << 20);
  }

  public ServerSettings withLimits(Limits other) {
    return new ServerSettings(
        eventLoops,
        acceptBacklog,
        other,
        loginTimeout,
        closingTimeout,
        tick,
        outboundLow,
        outboundHigh);
  }

  public ServerSettings withLoginTimeout(Duration other) {
    return new ServerSettings(
        eventLoops, acceptBacklog, limits, other, closingTimeout, tick, outboundLow, outboundHigh);
  }
}
