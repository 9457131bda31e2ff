package org.holdfast.vms.bench.load;

import java.nio.ByteBuffer;

/**
 * Bytes that follow from where they are on the disk and from a seed, so that data read back can be
 * checked without keeping a copy. Every aligned eight bytes hold one mixed 64-bit number.
 */
public final class Content {
  private static final long ODD = 0x9e37_79b9_7f4a_7c15L;

  private final long seed;

  public Content(long seed) {
    this.seed = seed;
  }

  private long word(long offset) {
    long mixed = (offset + seed) * ODD;
    mixed ^= mixed >>> 32;
    mixed *= ODD;
    return mixed ^ mixed >>> 29;
  }

  /**
   * Writes what belongs on the disk there.
   *
   * @param from index in {@code into}
   * @param length in bytes, a multiple of eight, as is {@code offset}
   * @param offset on the disk, in bytes
   */
  public void fill(ByteBuffer into, int from, int length, long offset) {
    for (int i = 0; i < length; i += Long.BYTES) {
      into.putLong(from + i, word(offset + i));
    }
  }

  /** The first byte that is not what belongs there, counted from {@code offset}; -1 when none. */
  public int mismatch(ByteBuffer data, int from, int length, long offset) {
    for (int i = 0; i < length; i++) {
      long at = offset + i;
      long word = word(at & -Long.BYTES);
      int shift = Byte.SIZE * (Long.BYTES - 1 - (int) (at & (Long.BYTES - 1)));
      if (data.get(from + i) != (byte) (word >> shift)) {
        return i;
      }
    }
    return -1;
  }
}
