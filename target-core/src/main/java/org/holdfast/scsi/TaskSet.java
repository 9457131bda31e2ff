package org.holdfast.scsi;

/** The tasks of a logical unit. */
final class TaskSet {
  void leave(ScsiTask task) {
    // Replaced with the real task set.
  }
}
