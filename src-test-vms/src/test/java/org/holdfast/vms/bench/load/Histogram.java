package org.holdfast.vms.bench.load;

import java.util.Arrays;

/**
 * Counts of latencies in buckets whose width is a fixed share of their value, so that every
 * percentile is right within 1.6 %.
 *
 * <p>Values below {@value #LINEAR} have a bucket each; above that every power of two is split into
 * {@value #STEPS} buckets. Recording allocates nothing. Thread: one at a time.
 */
public final class Histogram {
  private static final int STEP_BITS = 6;
  private static final int STEPS = 1 << STEP_BITS;
  private static final int LINEAR = 2 * STEPS;
  private static final int BUCKETS = (Long.SIZE - STEP_BITS) * STEPS;

  private final long[] counts = new long[BUCKETS];
  private long total;

  /**
   * Counts one value.
   *
   * @param value in nanoseconds; a negative one counts as 0
   */
  public void record(long value) {
    counts[bucketOf(Math.max(0, value))]++;
    total++;
  }

  public long total() {
    return total;
  }

  public void clear() {
    Arrays.fill(counts, 0);
    total = 0;
  }

  /**
   * The smallest recorded value that at least this share of all values do not exceed, as the middle
   * of its bucket.
   *
   * @param share above 0 and at most 1; 0.5 for the median
   * @return nanoseconds; 0 when nothing was recorded
   */
  public long percentile(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("a share of " + share + " is not in (0, 1]");
    }
    long wanted = Math.max(1, (long) Math.ceil(share * total));
    long seen = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      seen += counts[bucket];
      if (seen >= wanted) {
        return middleOf(bucket);
      }
    }
    return 0;
  }

  private static int bucketOf(long value) {
    if (value < LINEAR) {
      return (int) value;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - STEP_BITS;
    return shift * STEPS + (int) (value >>> shift);
  }

  private static long middleOf(int bucket) {
    if (bucket < LINEAR) {
      return bucket;
    }
    int shift = bucket / STEPS - 1;
    long lowest = (long) (bucket - shift * STEPS) << shift;
    return lowest + (1L << shift) / 2;
  }
}
