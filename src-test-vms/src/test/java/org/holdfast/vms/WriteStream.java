package org.holdfast.vms;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawPdu;

/**
 * Writes without end on one session, {@link #DEPTH} at a time, each with content of its own, until
 * it is told to end. Runs on a thread of its own.
 */
final class WriteStream {
  /** Commands in flight. */
  static final int DEPTH = 16;

  /** Blocks of one write, few enough to travel with the command. */
  static final int BLOCKS = 8;

  static final long LBA = 4096;
  private static final int BLOCK = 512;
  private static final int WITHIN_SECONDS = 60;

  private final RawInitiator session;
  private final int round;
  private final Semaphore answered = new Semaphore(0);
  private final CompletableFuture<Ended> ended = new CompletableFuture<>();
  private final Map<String, Integer> answers = new TreeMap<>();
  private final Set<Integer> outstanding = new HashSet<>();

  /** Null while the stream goes on. */
  private Rest rest;

  private int barrier;

  private int written;

  /**
   * What the stream came to.
   *
   * @param answers how many commands were answered how
   * @param unanswered commands that the target ended without an answer
   */
  record Ended(Map<String, Integer> answers, int unanswered) {}

  private WriteStream(RawInitiator session, int round) {
    this.session = session;
    this.round = round;
  }

  static WriteStream start(RawInitiator session, int round) {
    WriteStream stream = new WriteStream(session, round);
    Thread.ofPlatform().name("victim " + round).daemon(true).start(stream::run);
    return stream;
  }

  /** Waits until so many writes were answered since the last time. */
  void awaitAnswers(int count) throws InterruptedException, TimeoutException {
    if (!answered.tryAcquire(count, WITHIN_SECONDS, TimeUnit.SECONDS)) {
      throw new TimeoutException("the stream of writes is not answered");
    }
  }

  /** What becomes of the writes in flight. */
  enum Rest {
    ANSWERED,
    /** Aborted on behalf of another nexus, which a target need not report (SAM-5 clause 5.3.1). */
    ANSWERED_OR_ABORTED
  }

  /**
   * Starts no more writes, and returns when all are answered, or when a command that was sent after
   * them is.
   */
  Ended end(Rest expected)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    synchronized (this) {
      // From here: the stream's thread may be waiting for answers that an abort has taken away.
      barrier = session.start(Cdbs.testUnitReady(), new byte[0], 0);
      outstanding.add(barrier);
      rest = expected;
    }
    return ended.get(WITHIN_SECONDS, TimeUnit.SECONDS);
  }

  /** Cuts the connection. */
  void cut() throws IOException {
    session.drop();
  }

  private void run() {
    try {
      while (moreToCome()) {
        receive(session.connection().receive());
      }
    } catch (IOException | RuntimeException e) {
      ended.completeExceptionally(e);
    }
  }

  /** Keeps the window full until the end is asked for; false when the end has come. */
  private synchronized boolean moreToCome() throws IOException {
    while (rest == null && outstanding.size() < DEPTH) {
      outstanding.add(write());
    }
    boolean waits =
        rest == null
            || outstanding.contains(barrier)
            || (rest == Rest.ANSWERED && !outstanding.isEmpty());
    if (!waits) {
      ended.complete(new Ended(answers, outstanding.size()));
    }
    return waits;
  }

  /** Goes round the area; each write differs from the one that was there before. */
  private int write() throws IOException {
    ByteBuffer content = ByteBuffer.allocate(BLOCKS * BLOCK);
    for (int block = 0; block < BLOCKS; block++) {
      content.putInt(block * BLOCK, round).putInt(block * BLOCK + 4, written);
    }
    long lba = LBA + (long) (written++ % DEPTH) * BLOCKS;
    return session.start(Cdbs.write10(lba, BLOCKS), content.array(), 0);
  }

  private synchronized void receive(RawPdu pdu) throws IOException {
    if (pdu.opcode() == RawPdu.NOP_IN) {
      // News of MaxCmdSN, or a ping by which the target learns that we know of an abort.
      session.answerPing(pdu);
      return;
    }
    if (pdu.opcode() != RawPdu.SCSI_RESPONSE || !outstanding.remove(pdu.taskTag())) {
      throw new IOException("not the answer to a write: " + pdu);
    }
    answers.merge(RawInitiator.reply(pdu).toString(), 1, Integer::sum);
    answered.release();
  }
}
