package org.holdfast.vms.bench;

/**
 * One measurement of one cell.
 *
 * @param p50 median latency in microseconds
 * @param p99 in microseconds
 * @param targetCpu CPU time of the target's process per I/O, in microseconds
 * @param generatorBusy share of the time that the load generator's thread was running, 0 to 1
 * @param others cores that anything else on the machine, or the host of a virtual one, kept busy
 *     meanwhile
 * @param thrownAway measurements before this one that others had disturbed
 */
record Sample(
    double iops,
    double bytesPerSecond,
    double p50,
    double p99,
    double targetCpu,
    double generatorBusy,
    double others,
    int thrownAway) {
  /** So many cores taken by others, and a figure says as much about them. */
  static final double QUIET = 0.1;

  /** Whether others took so much of the machine that the figures say as much about them. */
  boolean isDisturbed() {
    return others > QUIET;
  }
}
