package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.ScsiReply;

/**
 * A client that does to its own part of a disk everything that changes data or shows it, in random
 * order, and knows each byte. One command in flight; several clients make several. Thread: one.
 */
final class MixedLoad {
  private static final int BLOCK = 512;
  private static final int MOST_BLOCKS = 2048;
  private static final int FEW_BLOCKS = 64;

  private final RawInitiator session;
  private final int first;
  private final Random random;
  private final boolean unmaps;
  private final byte[] model;

  /**
   * @param first logical block of its part, which nobody else writes and which is all zeros
   * @param blocks of its part
   * @param unmaps whether the disk has UNMAP
   */
  MixedLoad(RawInitiator session, int first, int blocks, boolean unmaps, long seed) {
    this.session = session;
    this.first = first;
    this.unmaps = unmaps;
    random = new Random(seed);
    model = new byte[blocks * BLOCK];
  }

  /** Sends so many commands, then reads everything. */
  void run(int commands) throws IOException {
    for (int number = 0; number < commands; number++) {
      int most = random.nextInt(8) == 0 ? MOST_BLOCKS : FEW_BLOCKS;
      int count = 1 + random.nextInt(Math.min(most, model.length / BLOCK));
      int block = random.nextInt(model.length / BLOCK - count + 1);
      String what = "command %d, %d blocks from %d".formatted(number, count, first + block);
      switch (random.nextInt(8)) {
        case 0 -> zero(block, count, what);
        case 1 -> unmap(block, count, what);
        case 2 -> good(session.read(Cdbs.synchronizeCache10(), 0), what);
        case 3, 4, 5 -> write(block, count, what);
        default -> read(block, count, what);
      }
    }
    for (int block = 0; block < model.length / BLOCK; block += FEW_BLOCKS) {
      read(block, Math.min(FEW_BLOCKS, model.length / BLOCK - block), "at the end");
    }
  }

  private static void good(ScsiReply reply, String what) {
    assertThat(reply).as(what).hasToString("GOOD");
  }

  private void write(int block, int count, String what) throws IOException {
    byte[] data = new byte[count * BLOCK];
    random.nextBytes(data);
    byte[] cdb =
        random.nextInt(4) == 0
            ? Cdbs.write10Fua(first + block, count)
            : Cdbs.write10(first + block, count);
    good(session.write(cdb, data), "write, " + what);
    System.arraycopy(data, 0, model, block * BLOCK, data.length);
  }

  private void read(int block, int count, String what) throws IOException {
    ScsiReply reply = session.read(Cdbs.read10(first + block, count), count * BLOCK);
    good(reply, "read, " + what);
    int at = block * BLOCK;
    int wrong = Arrays.mismatch(reply.data(), Arrays.copyOfRange(model, at, at + count * BLOCK));
    assertThat(wrong).as("first wrong byte of a read, %s", what).isEqualTo(-1);
  }

  private void zero(int block, int count, String what) throws IOException {
    boolean unmap = unmaps && random.nextBoolean();
    byte[] cdb = Cdbs.writeSame16(first + block, count, unmap);
    good(session.write(cdb, new byte[BLOCK]), "WRITE SAME, " + what);
    forget(block, count);
  }

  private void unmap(int block, int count, String what) throws IOException {
    if (unmaps) {
      byte[] list = Cdbs.unmapList(first + block, count);
      good(session.write(Cdbs.unmap(list.length), list), "UNMAP, " + what);
      forget(block, count);
    }
  }

  private void forget(int block, int count) {
    Arrays.fill(model, block * BLOCK, (block + count) * BLOCK, (byte) 0);
  }
}
