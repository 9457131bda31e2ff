package org.holdfast.vms;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * What a client remembers of the writes it has sent to each logical block, and the content that
 * belongs to each of them. Writes are numbered; no block has two in flight, so a higher number in a
 * block is a later write. Thread: the client's.
 */
final class WriteJournal {
  static final int BLOCK = 512;
  private static final long NEVER_WRITTEN = 0;

  /** What has happened to the disk. */
  enum Loss {
    /** Its daemon was killed: the system still has what was written. */
    PROCESS,
    /** What was not on stable storage is gone. */
    POWER
  }

  private final long seed;

  // By block: the number of the last write that was sent, that was answered with GOOD, and that
  // has to survive a power cut.
  private final long[] sent;
  private final long[] answered;
  private final long[] stable;
  private long last;

  /** For a disk that is all zeros. */
  WriteJournal(long seed, int blocks) {
    this.seed = seed;
    sent = new long[blocks];
    answered = new long[blocks];
    stable = new long[blocks];
  }

  int blocks() {
    return sent.length;
  }

  /** Takes a number for a write to these blocks and notes that it is on its way. */
  long send(int first, int count) {
    last++;
    Arrays.fill(sent, first, first + count, last);
    return last;
  }

  /** A write was answered with GOOD. */
  void good(int first, int count, long number, boolean promisedStable) {
    Arrays.fill(answered, first, first + count, number);
    if (promisedStable) {
      Arrays.fill(stable, first, first + count, number);
    }
  }

  /** What was answered so far; to be given to {@link #flushed} by who sends a flush now. */
  long[] answeredSoFar() {
    return answered.clone();
  }

  /** Everything that had been answered then is stable. */
  void flushed(long... answeredThen) {
    for (int block = 0; block < stable.length; block++) {
      stable[block] = Math.max(stable[block], answeredThen[block]);
    }
  }

  /** What write {@code number} puts into the blocks. */
  byte[] content(int first, int count, long number) {
    byte[] content = new byte[count * BLOCK];
    for (int i = 0; i < count; i++) {
      fill(content, i * BLOCK, first + i, number);
    }
    return content;
  }

  /** The number, and bytes that follow from it, the block and the seed; zeros for no write. */
  private void fill(byte[] into, int at, int block, long number) {
    if (number == NEVER_WRITTEN) {
      return;
    }
    byte[] content = new byte[BLOCK];
    new Random(seed + number * 31 + block).nextBytes(content);
    ByteBuffer.wrap(content).putLong(0, number);
    System.arraycopy(content, 0, into, at, BLOCK);
  }

  /** A block that is not as it has to be; its message says all that is known. */
  static final class LostWriteError extends AssertionError {
    private static final long serialVersionUID = 1L;

    LostWriteError(String message) {
      super(message);
    }
  }

  /**
   * Compares a disk with what is known of it: every block is one whole write, and no older one than
   * it may be.
   *
   * @return the number of the write that each block holds
   */
  long[] check(byte[] disk, Loss loss, String what) {
    if (disk.length != sent.length * BLOCK) {
      throw new LostWriteError(what + ": the disk has " + disk.length + " bytes");
    }
    long[] found = new long[sent.length];
    byte[] expected = new byte[BLOCK];
    for (int block = 0; block < found.length; block++) {
      int at = block * BLOCK;
      found[block] = ByteBuffer.wrap(disk).getLong(at);
      Arrays.fill(expected, (byte) 0);
      fill(expected, 0, block, found[block]);
      if (!Arrays.equals(expected, 0, BLOCK, disk, at, at + BLOCK)) {
        throw new LostWriteError(state(what, block) + "; it holds no whole write");
      }
      long oldest = loss == Loss.POWER ? stable[block] : answered[block];
      if (found[block] < oldest || found[block] > sent[block]) {
        throw new LostWriteError(
            "%s; it holds write %d, after the loss of %s"
                .formatted(state(what, block), found[block], loss));
      }
    }
    return found;
  }

  private String state(String what, int block) {
    return "%s: block %d, last write sent %d, answered %d, promised to be stable %d"
        .formatted(what, block, sent[block], answered[block], stable[block]);
  }

  /** The disk was found to be so, with nothing in flight any more; the story goes on from there. */
  void goOnFrom(long[] found, Loss loss) {
    System.arraycopy(found, 0, sent, 0, found.length);
    System.arraycopy(found, 0, answered, 0, found.length);
    if (loss == Loss.POWER) {
      System.arraycopy(found, 0, stable, 0, found.length);
    }
  }
}
