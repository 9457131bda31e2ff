package org.holdfast.backstore;

/**
 * Which requests {@link FileDevice} may carry out on the submitter's thread. A file whose data is
 * in the page cache answers in less time than a hand-over to another thread costs; one whose data
 * is not makes the submitter wait for the disk.
 */
public enum InlineIo {
  /** None: every request goes to the device's threads. */
  NONE,
  /** Reads. */
  READS,
  /** Reads, and writes that only go to the page cache (write-back without FUA). */
  READS_AND_CACHED_WRITES
}
