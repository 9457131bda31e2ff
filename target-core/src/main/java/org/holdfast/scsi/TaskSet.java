package org.holdfast.scsi;

/** The tasks of a logical unit. */
final class TaskSet {
  void leave(ScsiTask task) {
    throw new UnsupportedOperationException("no task set yet for " + task.tag());
  }
}
