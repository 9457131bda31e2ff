package org.holdfast.iscsi.session;

/** What a session has moved. Counted on the connection's thread, looked at by any. */
final class SessionTraffic {
  private final LoopCounter begun = new LoopCounter();
  private final LoopCounter ended = new LoopCounter();
  private final LoopCounter reads = new LoopCounter();
  private final LoopCounter writes = new LoopCounter();
  private final LoopCounter readBytes = new LoopCounter();
  private final LoopCounter writtenBytes = new LoopCounter();

  void begun() {
    begun.add(1);
  }

  /** A command is answered or dropped. */
  void ended() {
    ended.add(1);
  }

  /**
   * A command ended GOOD.
   *
   * @param in bytes of Data-In that are sent
   * @param out bytes of Data-Out that were taken
   */
  void moved(long in, long out) {
    if (in > 0) {
      reads.add(1);
      readBytes.add(in);
    }
    if (out > 0) {
      writes.add(1);
      writtenBytes.add(out);
    }
  }

  SessionInfo.Traffic now() {
    // The ends first: what begins meanwhile makes it larger, never negative.
    long over = ended.sum();
    return new SessionInfo.Traffic(
        reads.sum(),
        writes.sum(),
        readBytes.sum(),
        writtenBytes.sum(),
        Math.toIntExact(begun.sum() - over));
  }
}
