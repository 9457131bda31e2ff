package org.holdfast.scsi.copy;

import java.util.ArrayList;
import java.util.List;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.jspecify.annotations.Nullable;

/**
 * One copy operation (SPC-4 clause 5.17): what it has done so far and how it ended. Whoever asks
 * with its list identifier is answered from here, also when its command has long ended.
 *
 * <p>Thread: any.
 */
final class CopyOperation {
  /** COPY OPERATION STATUS (SPC-4 clause 6.24, table of the codes). */
  enum Status {
    COMPLETED(0x01),
    FAILED(0x02),
    /** The token had less data than there was room for. */
    COMPLETED_PARTIALLY(0x03),
    FOREGROUND(0x11),
    BACKGROUND(0x12),
    TERMINATED(0x60);

    private final int code;

    Status(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    boolean inProgress() {
      return this == FOREGROUND || this == BACKGROUND;
    }
  }

  /**
   * What is known at one moment.
   *
   * @param counter grows with every step that was completed
   * @param how how the command ended, or would have ended; GOOD while it has not
   * @param bytes copied so far; of POPULATE TOKEN the bytes that the token represents
   * @param segments segment descriptors processed
   * @param token what POPULATE TOKEN made; null otherwise
   */
  @SuppressWarnings("ArrayRecordComponent") // the token is written once and never changed
  record Snapshot(
      Status status, int counter, Outcome how, long bytes, int segments, byte @Nullable [] token) {

    /** Sense data of an operation that failed, else empty. */
    byte[] sense() {
      return how instanceof Outcome.CheckCondition(Sense sense) ? sense.encode() : new byte[0];
    }
  }

  private final int serviceAction;
  private final int blockSize;
  private Snapshot now;
  private boolean cancelled;
  private long endedAt;
  private final List<Runnable> whenDone = new ArrayList<>();

  /**
   * An operation that begins now.
   *
   * @param serviceAction of the command that asked for it
   * @param blockSize of the unit that received the command
   */
  CopyOperation(int serviceAction, int blockSize, boolean background) {
    this.serviceAction = serviceAction;
    this.blockSize = blockSize;
    Status status = background ? Status.BACKGROUND : Status.FOREGROUND;
    this.now = new Snapshot(status, 0, Outcome.GOOD, 0, 0, null);
  }

  int serviceAction() {
    return serviceAction;
  }

  int blockSize() {
    return blockSize;
  }

  synchronized Snapshot snapshot() {
    return now;
  }

  /** More bytes have been copied. */
  synchronized void copied(long bytes) {
    now =
        new Snapshot(
            now.status(),
            now.counter() + 1,
            now.how(),
            now.bytes() + bytes,
            now.segments(),
            now.token());
  }

  /** One more segment descriptor has been processed. */
  synchronized void segmentDone() {
    now =
        new Snapshot(
            now.status(),
            now.counter() + 1,
            now.how(),
            now.bytes(),
            now.segments() + 1,
            now.token());
  }

  /** POPULATE TOKEN has made {@code token}. */
  synchronized void populated(byte[] token, long bytes) {
    now = new Snapshot(now.status(), now.counter() + 1, now.how(), bytes, now.segments(), token);
  }

  /** Asks it to stop at the next opportunity. */
  synchronized void cancel() {
    cancelled = true;
  }

  synchronized boolean cancelled() {
    return cancelled;
  }

  /**
   * It is over.
   *
   * @param status one of those that are not in progress
   * @param at when, by the clock of {@link CopyOperations}
   */
  void end(Status status, Outcome how, long at) {
    List<Runnable> told;
    synchronized (this) {
      now = new Snapshot(status, now.counter() + 1, how, now.bytes(), now.segments(), now.token());
      endedAt = at;
      told = List.copyOf(whenDone);
      whenDone.clear();
    }
    told.forEach(Runnable::run);
  }

  synchronized long endedAt() {
    return endedAt;
  }

  /** Runs {@code action} when it is over, at once when it is. */
  void whenDone(Runnable action) {
    synchronized (this) {
      if (now.status().inProgress()) {
        whenDone.add(action);
        return;
      }
    }
    action.run();
  }
}
