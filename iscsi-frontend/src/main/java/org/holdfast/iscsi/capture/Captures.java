package org.holdfast.iscsi.capture;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The captures of a daemon: those that run, and the last that have ended by themselves. Any thread;
 * starting and ending them may block, showing them a newcomer does not.
 */
public final class Captures implements AutoCloseable {
  /** Bytes of a file when nothing else is said. */
  public static final long DEFAULT_LIMIT = 256L << 20;

  /** Bytes: the file's own blocks, and a few packets. */
  public static final long LEAST_LIMIT = 4096;

  /** How many may run: each may hold {@link Capture#QUEUE} bytes of memory. */
  public static final int MOST_RUNNING = 4;

  private static final int MOST_LISTED = 16;

  /** How long the last packets may take to be written. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final String DAEMON_ENDED = "the daemon has ended";

  private final InstantSource clock;

  /** Held while a file is made, which may block. */
  private final ReentrantLock starting = new ReentrantLock();

  // Guarded by this.
  private final Map<String, Capture> listed = new LinkedHashMap<>();
  private long last;
  private boolean closed;

  /** Those that newcomers are shown to; replaced whole, under the lock. */
  private volatile List<Capture> awaiting = List.of();

  /**
   * @param clock for the packets; any thread
   */
  public Captures(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Begins to record.
   *
   * @param file absolute; must not exist
   * @param limit bytes, at least {@link #LEAST_LIMIT}
   * @param join for a session: has the connection recorded; false when it is not there any more
   * @return as it is then: a session that has just ended has ended its capture, too
   * @throws CaptureException when it cannot begin; then no file was made
   */
  public CaptureInfo start(Subject subject, Path file, long limit, Predicate<Capture> join)
      throws CaptureException {
    if (limit < LEAST_LIMIT) {
      throw new CaptureException(
          "a limit of " + limit + " bytes is too little; give at least " + LEAST_LIMIT);
    }
    Capture capture;
    starting.lock();
    try {
      String id = nextId();
      capture = new Capture(id, subject, file, CaptureFile.create(file), limit, clock);
      list(capture);
    } finally {
      starting.unlock();
    }
    capture.start();
    if (subject instanceof Subject.Session && !join.test(capture)) {
      capture.end(Capture.SESSION_ENDED);
    }
    return capture.info();
  }

  private synchronized String nextId() throws CaptureException {
    if (closed) {
      throw new CaptureException("the daemon is ending; nothing is captured any more");
    }
    if (listed.values().stream().filter(one -> !hasEnded(one)).count() >= MOST_RUNNING) {
      throw new CaptureException(
          MOST_RUNNING + " captures are running, which is the most; end one of them");
    }
    return "c" + (last + 1);
  }

  private synchronized void list(Capture capture) {
    last++;
    listed.put(capture.id(), capture);
    listed.values().stream()
        .filter(Captures::hasEnded)
        .limit(Math.max(0, listed.size() - MOST_LISTED))
        .map(Capture::id)
        .toList()
        .forEach(listed::remove);
    renewAwaiting();
    if (closed) {
      capture.end(DAEMON_ENDED);
    }
  }

  private static boolean hasEnded(Capture capture) {
    return capture.info().state() == CaptureInfo.State.ENDED;
  }

  private synchronized void renewAwaiting() {
    awaiting =
        listed.values().stream()
            .filter(one -> one.subject() instanceof Subject.Logins && one.runs())
            .toList();
  }

  /**
   * Who wants to see a connection that was just accepted. Does not block; one volatile read while
   * nobody does.
   */
  public List<ConnectionRecorder> forNewcomer(
      InetSocketAddress initiator, InetSocketAddress portal) {
    List<Capture> present = awaiting;
    if (present.isEmpty()) {
      return List.of();
    }
    List<ConnectionRecorder> recorders = new ArrayList<>();
    for (Capture capture : present) {
      if (capture.runs()) {
        recorders.add(ConnectionRecorder.fromTheBeginning(capture, initiator, portal));
      }
    }
    return recorders;
  }

  /** All of them, the oldest first. */
  public synchronized List<CaptureInfo> list() {
    return listed.values().stream().map(Capture::info).toList();
  }

  /**
   * Ends a capture if it has not ended, and forgets it; the file stays. Waits for its last packets,
   * for a bounded time: then its state says so.
   *
   * @return what came of it; empty when there is none of that name
   */
  public Optional<CaptureInfo> end(String id) {
    Capture capture;
    synchronized (this) {
      capture = listed.get(id);
    }
    if (capture == null) {
      return Optional.empty();
    }
    capture.end("the administrator has ended it");
    boolean complete = capture.awaitEnd(PATIENCE);
    synchronized (this) {
      // One whose disk hangs stays in the list, and counts.
      if (complete) {
        listed.remove(id);
      }
      renewAwaiting();
    }
    return Optional.of(capture.info());
  }

  /** Ends all of them; to be called when the connections are gone. */
  @Override
  public void close() {
    List<Capture> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(listed.values());
    }
    all.forEach(capture -> capture.end(DAEMON_ENDED));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (Capture capture : all) {
      capture.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
  }
}
