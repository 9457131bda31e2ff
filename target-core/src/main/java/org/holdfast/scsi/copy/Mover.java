package org.holdfast.scsi.copy;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.HeapDataBuffer;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies pieces, one after another, with inner commands: the device's own way of copying where it
 * has one, else reads and writes through one buffer.
 *
 * <p>Inner commands may end before {@code send} returns, as often as they like in a row. The
 * counter {@code work} turns that into a loop, so that the stack does not grow with the length; it
 * also orders the steps when they run on different threads.
 */
final class Mover {
  private static final Logger log = LoggerFactory.getLogger(Mover.class);

  /** Bytes read and written at once: a whole number of blocks of every size. */
  static final int CHUNK = 1 << 20;

  /**
   * Bytes that a device copies or zeroes by itself at once. Bounds how long PREEMPT and aborts
   * wait.
   */
  static final int DEVICE_CHUNK = 16 << 20;

  /** Says why the copy must not go on. */
  @FunctionalInterface
  interface Guard {
    /** Asked before every inner command and when data has been read; null to go on. */
    @Nullable Outcome stop();
  }

  /** Whose command ended badly. */
  enum Blame {
    SOURCE,
    DESTINATION,
    /** The guard said so. */
    NOBODY
  }

  /** Why a copy ended early. */
  record Failure(Outcome how, Blame blame) {}

  /** Hears how the copy goes. */
  interface Listener {
    /** {@code bytes} more have been copied. */
    void copied(long bytes);

    /** The copy is over: told once, last. Null: everything was copied. */
    void ended(@Nullable Failure failure);
  }

  private enum Phase {
    NEXT,
    DATA_READ
  }

  private final List<Piece> pieces;
  private final Guard guard;
  private final Listener listener;
  private final AtomicInteger work = new AtomicInteger();

  // Owned by whoever runs step(): at most one thread at any time, handed over through work.
  private Phase phase = Phase.NEXT;
  private int index;
  private long moved;
  private @Nullable Piece part;
  private @Nullable DataBuffer buffer;
  private @Nullable Failure failure;
  private boolean over;
  private boolean deviceCopies = true;
  private boolean deviceZeroes = true;

  private Mover(List<Piece> pieces, Guard guard, Listener listener) {
    this.pieces = List.copyOf(pieces);
    this.guard = guard;
    this.listener = listener;
  }

  /** Begins; tells {@code listener} how it goes, here or later on other threads. */
  static void move(List<Piece> pieces, Guard guard, Listener listener) {
    new Mover(pieces, guard, listener).advance();
  }

  private void advance() {
    if (work.getAndIncrement() == 0) {
      do {
        guarded();
      } while (work.decrementAndGet() != 0);
    }
  }

  /** A defect ends the copy; without this its command would never end. */
  private void guarded() {
    try {
      step();
    } catch (RuntimeException e) {
      log.error("a copy failed inside the target", e);
      if (!over) {
        over(
            new Failure(
                Outcome.check(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE)),
                Blame.NOBODY));
      }
    }
  }

  private void over(@Nullable Failure how) {
    over = true;
    buffer = null;
    listener.ended(how);
  }

  private void step() {
    if (failure == null) {
      Outcome stop = guard.stop();
      failure = stop == null ? null : new Failure(stop, Blame.NOBODY);
    }
    if (failure != null) {
      over(failure);
      return;
    }
    switch (phase) {
      case NEXT -> next();
      case DATA_READ -> write();
    }
  }

  private void next() {
    while (index < pieces.size() && moved == pieces.get(index).length()) {
      index++;
      moved = 0;
    }
    if (index == pieces.size()) {
      over(null);
      return;
    }
    Piece piece = pieces.get(index);
    Place source = piece.source();
    if (source == null) {
      zero(piece);
    } else if (deviceCopies && !piece.overlapping()) {
      part = piece.part(moved, DEVICE_CHUNK);
      DeviceCopy.run(source, part, this::deviceCopied);
    } else {
      part = piece.part(moved, CHUNK);
      source
          .read(part.sourceOffset(), part.length())
          .send(buffer(), 0, how -> ended(how, Blame.SOURCE, Phase.DATA_READ));
    }
  }

  private void deviceCopied(DeviceCopy.Result result) {
    switch (result) {
      case DeviceCopy.Result.NotSupported() -> deviceCopies = false;
      case DeviceCopy.Result.Ended(Outcome how, Blame blame) -> {
        ended(how, blame, Phase.NEXT);
        return;
      }
    }
    advance();
  }

  private void zero(Piece piece) {
    if (deviceZeroes) {
      part = piece.part(moved, DEVICE_CHUNK);
      DeviceCopy.zero(
          part,
          result -> {
            if (result instanceof DeviceCopy.Result.NotSupported) {
              deviceZeroes = false;
              advance();
            } else {
              deviceCopied(result);
            }
          });
    } else {
      // The buffer has never been read into: pieces with and without a source do not mix.
      part = piece.part(moved, CHUNK);
      write();
    }
  }

  private void write() {
    Piece now = Objects.requireNonNull(part, "something has been read");
    now.destination()
        .write(now.destinationOffset(), now.length())
        .send(
            buffer(),
            Math.toIntExact(now.length()),
            how -> ended(how, Blame.DESTINATION, Phase.NEXT));
  }

  /** An inner command is over; {@code then} comes next when it went well. */
  private void ended(Outcome how, Blame blame, Phase then) {
    if (!(how instanceof Outcome.Good)) {
      failure = new Failure(how, blame);
    } else {
      Piece done = part;
      if (then == Phase.NEXT && done != null) {
        moved += done.length();
        listener.copied(done.length());
      }
      phase = then;
    }
    advance();
  }

  private DataBuffer buffer() {
    DataBuffer here = buffer;
    if (here == null) {
      here = new HeapDataBuffer(CHUNK);
      buffer = here;
    }
    return here;
  }
}
