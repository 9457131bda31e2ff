package org.holdfast.vms.bench.load;

import java.util.SplittableRandom;

/** Uniformly random positions without end, and a share of reads. */
final class RandomWorkload implements Workload {
  private static final int PERCENT = 100;

  private final SplittableRandom random;
  private final int readPercent;
  private final long positions;
  private boolean read;
  private long position;

  RandomWorkload(long seed, int readPercent, long positions) {
    random = new SplittableRandom(seed);
    this.readPercent = readPercent;
    this.positions = positions;
  }

  @Override
  public boolean advance() {
    position = random.nextLong(positions);
    read = readPercent == PERCENT || (readPercent > 0 && random.nextInt(PERCENT) < readPercent);
    return true;
  }

  @Override
  public boolean isRead() {
    return read;
  }

  @Override
  public long position() {
    return position;
  }
}
