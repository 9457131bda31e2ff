package org.holdfast.vms;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.ScsiReply;

/**
 * Writes to and reads from one disk without a pause and compares what it reads with what it wrote.
 * A unit attention is noted and its command sent again; everything else than GOOD ends it.
 *
 * <p>Thread: its own; what is public here is for the test's.
 */
final class VerifiedLoad implements AutoCloseable {
  private static final int BLOCK = 512;
  private static final int BLOCKS = 8;
  private static final int PLACES = 128;

  /** So many commands must end after a change before anybody says that it did no harm. */
  private static final int ENOUGH = 60;

  private final RawInitiator initiator;
  private final Random random;
  private final byte[][] written = new byte[PLACES][];
  private final ConcurrentLinkedQueue<String> attentions = new ConcurrentLinkedQueue<>();
  private final AtomicLong done = new AtomicLong();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** Written before the thread ends. */
  private volatile Throwable trouble;

  private VerifiedLoad(RawInitiator initiator, Random random) {
    this.initiator = initiator;
    this.random = random;
  }

  /** Begins. */
  static VerifiedLoad start(RawInitiator initiator, Random random) {
    VerifiedLoad load = new VerifiedLoad(initiator, random);
    Thread.ofPlatform().name("load").start(load::run);
    return load;
  }

  private void run() {
    try {
      while (!stop.get()) {
        int place = random.nextInt(PLACES);
        if (written[place] == null || random.nextBoolean()) {
          byte[] data = new byte[BLOCKS * BLOCK];
          random.nextBytes(data);
          execute(Cdbs.write10((long) place * BLOCKS, BLOCKS), data, 0);
          written[place] = data;
        } else {
          ScsiReply reply =
              execute(Cdbs.read10((long) place * BLOCKS, BLOCKS), new byte[0], BLOCKS * BLOCK);
          if (!Arrays.equals(reply.data(), written[place])) {
            throw new IOException("read something else than was written, place " + place);
          }
        }
        done.incrementAndGet();
      }
    } catch (IOException | RuntimeException e) {
      trouble = e;
    } finally {
      ended.complete(null);
    }
  }

  private ScsiReply execute(byte[] cdb, byte[] out, int in) throws IOException {
    while (true) {
      ScsiReply reply = initiator.execute(cdb, out, in);
      if (reply.good()) {
        return reply;
      }
      if (!reply.unitAttention()) {
        throw new IOException("answered " + reply);
      }
      attentions.add(reply.toString());
    }
  }

  /** Returns when enough commands that began after the call have ended well. */
  void awaitMore() throws InterruptedException {
    long wanted = done.get() + ENOUGH;
    while (done.get() < wanted) {
      fail();
      Thread.sleep(1);
    }
  }

  /** The unit attentions since the last call. */
  List<String> attentions() {
    List<String> seen = List.copyOf(attentions);
    attentions.removeAll(seen);
    return seen;
  }

  private void fail() {
    if (trouble != null) {
      throw new AssertionError("the load ended after " + done.get() + " commands", trouble);
    }
  }

  /** Ends it; how many commands there were. */
  long end() {
    stop.set(true);
    ended.join();
    fail();
    return done.get();
  }

  @Override
  public void close() {
    end();
  }
}
