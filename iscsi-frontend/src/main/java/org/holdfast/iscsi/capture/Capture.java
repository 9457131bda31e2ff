package org.holdfast.iscsi.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A recording and its file, from start to end. Connections put what they see into a bounded queue
 * and never wait; a thread of the capture's own writes. Any thread may call the methods.
 */
public final class Capture {
  private static final Logger log = LoggerFactory.getLogger(Capture.class);

  /** Bytes that may wait to be written; what comes when they do is lost. */
  static final int QUEUE = 8 << 20;

  /** What a piece costs beside its bytes, so that many short ones are bounded, too. */
  private static final int PIECE = 128;

  /** Why captures end that nobody has ended. */
  static final String SESSION_ENDED = "the session has ended";

  static final String DEFECT = "a defect of the daemon, its log has the details";

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final String id;
  private final Subject subject;
  private final Path path;
  private final CaptureFile file;
  private final long limit;
  private final InstantSource clock;
  private final Instant started;
  private final PcapngWriter writer;

  private final BlockingQueue<Recorded> queue = new LinkedBlockingQueue<>();
  private final AtomicLong queued = new AtomicLong();
  private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicLong lostPackets = new AtomicLong();
  private final AtomicLong lostBytes = new AtomicLong();

  /** Somebody whom it is for was there. */
  private volatile boolean met;

  // Written by the writer's thread.
  private volatile long bytes;
  private volatile long packets;

  Capture(
      String id, Subject subject, Path path, CaptureFile file, long limit, InstantSource clock) {
    this.id = id;
    this.subject = subject;
    this.path = path;
    this.file = file;
    this.limit = limit;
    this.clock = clock;
    this.started = clock.instant();
    this.writer = new PcapngWriter(file);
    this.met = subject instanceof Subject.Session;
  }

  /** Begins to write. */
  void start() {
    Thread.ofPlatform().name("capture-" + id).daemon().start(this::run);
  }

  /** Names it among the captures. */
  public String id() {
    return id;
  }

  Subject subject() {
    return subject;
  }

  /** Whether there is any use in recording for it. */
  boolean runs() {
    return reason.get() == null;
  }

  /** Nanoseconds since 1970. */
  long now() {
    return nanos(clock.instant());
  }

  private static long nanos(Instant instant) {
    return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
  }

  /** One of those whom it is for is there. */
  void met() {
    met = true;
  }

  /** Asks for room; what is granted is used up by {@link #add}, or given back. */
  boolean reserve(int length) {
    int cost = length + PIECE;
    if (queued.addAndGet(cost) <= QUEUE) {
      return true;
    }
    queued.addAndGet(-cost);
    return false;
  }

  /** Gives back what {@link #reserve} has granted. */
  void giveBack(int length) {
    queued.addAndGet(-(length + PIECE));
  }

  /** Takes a piece over, all of whose bytes have been granted. */
  void add(Recorded piece) {
    queue.add(piece);
  }

  /** There was no room for these. */
  void lost(int length) {
    lostPackets.addAndGet(Math.ceilDiv(length, TcpStream.MOST));
    lostBytes.addAndGet(length);
  }

  /**
   * Takes nothing more and writes what is queued. The first reason counts; further calls do
   * nothing.
   */
  public void end(String why) {
    if (reason.compareAndSet(null, why)) {
      queue.add(new Recorded.End());
    }
  }

  /** Whether the file was complete within that time. */
  boolean awaitEnd(Duration patience) {
    try {
      return ended.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // Nobody interrupts a thread here; the answer is only a little early.
      log.warn("interrupted while waiting for capture {} to end", id, e);
      return ended.getCount() == 0;
    }
  }

  /** As it is now. */
  public CaptureInfo info() {
    String why = reason.get();
    CaptureInfo.State state;
    if (why == null) {
      state = met ? CaptureInfo.State.RUNNING : CaptureInfo.State.WAITING;
    } else {
      state = ended.getCount() == 0 ? CaptureInfo.State.ENDED : CaptureInfo.State.ENDING;
    }
    return new CaptureInfo(
        id,
        subject,
        path,
        state,
        why == null ? "" : why,
        bytes,
        packets,
        lostPackets.get(),
        lostBytes.get(),
        limit,
        started);
  }

  // ---- The writer's thread.

  private void run() {
    try {
      writer.begin("Holdfast", subject + "; headers of IP and TCP are made up");
      publish();
      write().ifPresent(why -> reason.compareAndSet(null, why));
    } catch (IOException e) {
      failed(path + " cannot be written: " + e.getMessage());
    } catch (RuntimeException e) {
      log.error("capture {} fails", id, e);
      failed(DEFECT);
    }
    finish();
  }

  /**
   * Tells so even if somebody has ended it already: the file lacks what was still to be written.
   */
  private void failed(String why) {
    reason.set(why);
    log.warn("capture {} of {} ends early: {}", id, subject, why);
  }

  /** Until somebody ends it, or there is a reason to. */
  private Optional<String> write() throws IOException {
    while (true) {
      Recorded next = queue.poll();
      if (next == null) {
        writer.flush();
        next = take();
      }
      boolean room =
          switch (next) {
            case Recorded.Opened opened -> open(opened);
            case Recorded.Piece piece -> write(piece);
            case Recorded.End _ -> {
              writer.flush();
              yield true;
            }
          };
      if (!room) {
        writer.flush();
        return Optional.of("the file has reached its limit of " + limit + " bytes");
      }
      if (next instanceof Recorded.End) {
        return Optional.empty();
      }
    }
  }

  private Recorded take() {
    while (true) {
      try {
        return queue.take();
      } catch (InterruptedException e) {
        log.warn("interrupted while waiting for packets; going on", e);
      }
    }
  }

  /** The three packets that open a connection (RFC 9293 clause 3.5). */
  private boolean open(Recorded.Opened opened) throws IOException {
    TcpStream stream = opened.stream();
    long at = opened.nanos();
    return packet(at, stream, Direction.RECEIVED, TcpStream.SYN, NOTHING)
        && packet(at, stream, Direction.SENT, TcpStream.SYN | TcpStream.ACK, NOTHING)
        && packet(at, stream, Direction.RECEIVED, TcpStream.ACK, NOTHING);
  }

  private boolean write(Recorded.Piece piece) throws IOException {
    byte[] all = piece.bytes();
    piece.stream().skip(piece.direction(), piece.lostBefore());
    for (int at = piece.offset(); at < all.length; at += TcpStream.MOST) {
      ByteBuffer payload = ByteBuffer.wrap(all, at, Math.min(TcpStream.MOST, all.length - at));
      if (!packet(
          piece.nanos(),
          piece.stream(),
          piece.direction(),
          TcpStream.PSH | TcpStream.ACK,
          payload)) {
        return false;
      }
    }
    giveBack(all.length);
    return true;
  }

  /** False when the file would be longer than it may be. */
  private boolean packet(
      long at, TcpStream stream, Direction direction, int flags, ByteBuffer payload)
      throws IOException {
    int length = PcapngWriter.packetLength(stream, payload.remaining());
    if (writer.length() + length + PcapngWriter.STATISTICS_LENGTH > limit) {
      return false;
    }
    writer.packet(at, stream, direction, flags, payload);
    publish();
    return true;
  }

  private void publish() {
    bytes = writer.length();
    packets = writer.packets();
  }

  private void finish() {
    try (file) {
      long lost = lostPackets.get();
      writer.statistics(nanos(started), now(), writer.packets() + lost, lost);
      writer.flush();
    } catch (IOException e) {
      failed("the end of " + path + " cannot be written: " + e.getMessage());
    }
    publish();
    queue.clear();
    log.info(
        "capture {} of {} has ended: {}; {} packets, {} bytes in {}, {} packets lost",
        id,
        subject,
        reason.get(),
        packets,
        bytes,
        path,
        lostPackets.get());
    ended.countDown();
  }
}
