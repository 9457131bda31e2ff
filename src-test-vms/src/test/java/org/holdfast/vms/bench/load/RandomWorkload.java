package org.holdfast.vms.bench.load;

import java.util.SplittableRandom;

/** Uniformly random positions on one or several units without end, and a share of reads. */
final class RandomWorkload implements Workload {
  private static final int PERCENT = 100;

  private final SplittableRandom random;
  private final int readPercent;
  private final long positions;
  private final int units;
  private int unit;
  private boolean read;
  private long position;

  RandomWorkload(long seed, int readPercent, long positions, int units) {
    random = new SplittableRandom(seed);
    this.readPercent = readPercent;
    this.positions = positions;
    this.units = units;
  }

  @Override
  public boolean advance() {
    position = random.nextLong(positions);
    unit = units == 1 ? 0 : random.nextInt(units);
    read = readPercent == PERCENT || (readPercent > 0 && random.nextInt(PERCENT) < readPercent);
    return true;
  }

  @Override
  public boolean isRead() {
    return read;
  }

  @Override
  public int unit() {
    return unit;
  }

  @Override
  public long position() {
    return position;
  }
}
