package org.holdfast.scsi;

/** Task management functions (SAM-5 clause 7) that act on a logical unit or on one task. */
public enum TaskManagementFunction {
  ABORT_TASK,
  ABORT_TASK_SET,
  CLEAR_TASK_SET,
  LOGICAL_UNIT_RESET,
  QUERY_TASK
}
