package org.holdfast.vms;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawPdu;
import org.holdfast.vms.initiator.ScsiReply;

/**
 * A client that writes at random, several commands in flight, and keeps a {@link WriteJournal} of
 * what was answered with GOOD. Thread: one.
 */
final class JournaledWriter {
  /** Commands in flight. */
  static final int DEPTH = 16;

  /** As many as travel with the command. */
  private static final int MOST_BLOCKS = 16;

  /** Of a hundred commands, to a disk with a write cache. */
  private static final int FUA = 25;

  private static final int FLUSHES = 3;
  private static final int CLOSE_TOGETHER = 256;
  private static final int TASK_TAG_AT = 16;

  private final RawInitiator session;
  private final WriteJournal journal;
  private final Random random;
  private final Cache cache;
  private final Map<Integer, Sent> inFlight = new HashMap<>();
  private final BitSet busy = new BitSet();
  private long answers;

  /** The target has asked us to log out, which we do once everything is answered. */
  private boolean targetEnds;

  /** What the disk says of its write cache. */
  enum Cache {
    /** WCE=1: GOOD promises nothing but for FUA and SYNCHRONIZE CACHE. */
    ON,
    /** WCE=0: GOOD means stable. */
    OFF
  }

  private sealed interface Sent {
    record Write(int first, int count, long number, boolean promisesStable) implements Sent {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Flush(long[] answeredBefore) implements Sent {}
  }

  JournaledWriter(RawInitiator session, WriteJournal journal, Random random, Cache cache) {
    this.session = session;
    this.journal = journal;
    this.random = random;
    this.cache = cache;
  }

  /**
   * Writes for as long as it is told to, then waits for the answers that are missing; or until the
   * connection is lost, which is no error here: the exception says how.
   *
   * @return how many commands were answered, all with GOOD
   */
  long write(BooleanSupplier goOn) throws ConnectionLost {
    while (true) {
      try {
        while (!targetEnds && inFlight.size() < DEPTH && goOn.getAsBoolean()) {
          send();
        }
        if (inFlight.isEmpty()) {
          if (targetEnds) {
            session.close();
            throw new EOFException("logged out, as the target asked");
          }
          return answers;
        }
        receive(session.connection().receive());
      } catch (IOException e) {
        throw new ConnectionLost(answers, inFlight.size(), e);
      }
    }
  }

  /** Nobody answers any more. */
  static final class ConnectionLost extends Exception {
    private static final long serialVersionUID = 1L;
    private final long answers;
    private final int inFlight;

    ConnectionLost(long answers, int inFlight, IOException cause) {
      super(cause);
      this.answers = answers;
      this.inFlight = inFlight;
    }

    long answers() {
      return answers;
    }

    int inFlight() {
      return inFlight;
    }
  }

  private void send() throws IOException {
    if (cache == Cache.ON && random.nextInt(100) < FLUSHES) {
      long[] before = journal.answeredSoFar();
      int tag = session.start(Cdbs.synchronizeCache10(), new byte[0], 0);
      inFlight.put(tag, new Sent.Flush(before));
      return;
    }
    int count = 1 + random.nextInt(MOST_BLOCKS);
    int first = position(count);
    boolean fua = cache == Cache.ON && random.nextInt(100) < FUA;
    // Noted before it is sent: the connection may be lost with the command on its way.
    long number = journal.send(first, count);
    busy.set(first, first + count);
    byte[] cdb = fua ? Cdbs.write10Fua(first, count) : Cdbs.write10(first, count);
    int tag = session.start(cdb, journal.content(first, count, number), 0);
    inFlight.put(tag, new Sent.Write(first, count, number, fua || cache == Cache.OFF));
  }

  /** Blocks that no write in flight touches; often ones that were written a moment ago. */
  private int position(int count) {
    int range = random.nextBoolean() ? journal.blocks() : CLOSE_TOGETHER + MOST_BLOCKS * DEPTH;
    while (true) {
      int first = random.nextInt(Math.min(range, journal.blocks()) - count + 1);
      int taken = busy.nextSetBit(first);
      if (taken < 0 || taken >= first + count) {
        return first;
      }
    }
  }

  private void receive(RawPdu pdu) throws IOException {
    if (pdu.opcode() == RawPdu.NOP_IN) {
      session.answerPing(pdu);
      return;
    }
    if (pdu.opcode() == RawPdu.ASYNC_MESSAGE) {
      targetEnds = true;
      return;
    }
    if (pdu.opcode() == RawPdu.REJECT && targetEnds) {
      // Sent before we knew; the rejected header is in the data (RFC 7143 clause 11.17.2).
      inFlight.remove(ByteBuffer.wrap(pdu.data()).getInt(TASK_TAG_AT));
      return;
    }
    Sent sent = pdu.opcode() == RawPdu.SCSI_RESPONSE ? inFlight.remove(pdu.taskTag()) : null;
    if (sent == null) {
      throw new AssertionError("not the answer to a command in flight: " + pdu);
    }
    ScsiReply reply = RawInitiator.reply(pdu);
    if (!reply.good()) {
      throw new AssertionError(reply + " instead of GOOD for " + sent);
    }
    answers++;
    switch (sent) {
      case Sent.Write(int first, int count, long number, boolean promisesStable) -> {
        busy.clear(first, first + count);
        journal.good(first, count, number, promisesStable);
      }
      case Sent.Flush(long[] answeredBefore) -> journal.flushed(answeredBefore);
    }
  }
}
