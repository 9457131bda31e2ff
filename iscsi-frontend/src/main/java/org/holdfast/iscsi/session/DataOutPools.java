package org.holdfast.iscsi.session;

/**
 * The daemon's bound on memory for Data-Out, in two halves that do not compete. What is asked for
 * by R2T can wait for memory, because the initiator waits for the R2T. What comes unasked cannot:
 * without memory it is skipped, and its command ends with TASK SET FULL (SAM-5 clause 5.3.1). So
 * the sum of both is bounded whatever initiators do, and nobody who waits is overtaken for ever.
 *
 * <p>There is no deadlock: a command takes all of its memory in one step and then needs none that
 * it would have to wait for; what it holds comes back when it ends, and a session whose initiator
 * is silent is ended by the keep-alive.
 *
 * @param solicited waited for
 * @param unsolicited taken or refused
 */
record DataOutPools(DataOutPool solicited, DataOutPool unsolicited) {
  /** Below half of the direct memory that the launcher allows. */
  static final long DEFAULT_BYTES = 256L << 20;

  /** Pools that share {@code bytes}. */
  static DataOutPools of(long bytes) {
    return new DataOutPools(new DataOutPool(bytes / 2), new DataOutPool(bytes - bytes / 2));
  }
}
