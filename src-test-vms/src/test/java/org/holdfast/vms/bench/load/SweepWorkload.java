package org.holdfast.vms.bench.load;

/** Every position once, from 0 upwards; then it ends. */
final class SweepWorkload implements Workload {
  private final boolean read;
  private final long positions;
  private long next;

  SweepWorkload(boolean read, long positions) {
    this.read = read;
    this.positions = positions;
  }

  @Override
  public boolean advance() {
    if (next == positions) {
      return false;
    }
    next++;
    return true;
  }

  @Override
  public boolean isRead() {
    return read;
  }

  @Override
  public int unit() {
    return 0;
  }

  @Override
  public long position() {
    return next - 1;
  }
}
