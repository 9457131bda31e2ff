package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.holdfast.scsi.IoResult.Extent;
import org.junit.jupiter.api.Test;

class ExtentWalkTest {
  private static final int UNIT = 4;

  /** A file of single bytes that are data or hole. */
  private static long next(boolean[] data, boolean wanted, long from) {
    for (long at = from; at < data.length; at++) {
      if (data[(int) at] == wanted) {
        return at;
      }
    }
    return wanted ? Long.MAX_VALUE : data.length;
  }

  private static List<Extent> walk(boolean[] data, long offset, long length) throws IOException {
    return ExtentWalk.extents(
        from -> next(data, true, from), from -> next(data, false, from), offset, length, UNIT);
  }

  @Test
  void aBlockIsMappedWhenAnyByteOfItIsData() throws IOException {
    long seed = Long.getLong("holdfast.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      boolean[] data = new boolean[UNIT * 20];
      for (int i = 0, run = 0; i < data.length; i++, run--) {
        if (run <= 0) {
          run = 1 + random.nextInt(12);
        }
        data[i] = run > 6;
      }
      int first = random.nextInt(20);
      int count = 1 + random.nextInt(20 - first);
      long next = (long) first * UNIT;
      for (Extent extent : walk(data, next, (long) count * UNIT)) {
        assertThat(extent.offset()).as("seed %d", seed).isEqualTo(next);
        assertThat(extent.length()).as("seed %d", seed).isPositive();
        for (long block = next; block < next + extent.length(); block += UNIT) {
          boolean any = next(data, true, block) < block + UNIT;
          assertThat(any).as("seed %d, byte %d", seed, block).isEqualTo(extent.mapped());
        }
        next += extent.length();
      }
      assertThat(next).as("seed %d", seed).isEqualTo((long) (first + count) * UNIT);
    }
  }

  @Test
  void aHoleThatAppearsBetweenTheQuestionsDoesNotStopTheWalk() throws IOException {
    List<Extent> extents = ExtentWalk.extents(from -> from, from -> from, 0, 3 * UNIT, UNIT);
    assertThat(extents).extracting(Extent::length).containsOnly((long) UNIT);
    assertThat(extents).hasSize(3).allMatch(Extent::mapped);
  }

  @Test
  void whatIsTooFragmentedEndsInOneMappedExtent() throws IOException {
    // Every other block is a hole.
    long length = 4L * UNIT * ExtentWalk.MOST_EXTENTS;
    List<Extent> extents =
        ExtentWalk.extents(
            from -> from / UNIT % 2 == 0 ? from : from + UNIT,
            from -> from + UNIT,
            0,
            length,
            UNIT);
    assertThat(extents).hasSizeBetween(ExtentWalk.MOST_EXTENTS, ExtentWalk.MOST_EXTENTS + 2);
    assertThat(extents.getLast().mapped()).isTrue();
    assertThat(extents.stream().mapToLong(Extent::length).sum()).isEqualTo(length);
  }
}
