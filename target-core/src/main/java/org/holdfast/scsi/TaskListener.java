package org.holdfast.scsi;

/** Told once when a task has ended; the task's outcome and data are final then. */
@FunctionalInterface
public interface TaskListener {
  /**
   * Thread: any. The listener owns the task again and calls {@link ScsiTask#finish()} in the end.
   */
  void taskEnded(ScsiTask task);
}
