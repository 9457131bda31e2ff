package org.holdfast.backstore;

/**
 * Which requests {@link FileDevice} may carry out on the submitter's thread, as far as {@link
 * PageCache} has what they need: that takes less time than a hand-over to another thread. What
 * would wait for a disk goes to the device's threads, whatever is allowed here.
 */
public enum InlineIo {
  /** None: every request goes to the device's threads. */
  NONE,
  /** Reads. */
  READS,
  /**
   * Reads, and writes that nobody has been promised to be stable (write-back without FUA). Only a
   * file system in memory takes them at once: elsewhere even a write to the page cache may have to
   * wait, for a page to be read or for others to be written.
   */
  READS_AND_CACHED_WRITES
}
