package org.holdfast.scsi;

/** Service responses of task management (SAM-5 clause 7.1). */
public enum TaskManagementResponse {
  FUNCTION_COMPLETE,
  FUNCTION_SUCCEEDED,
  TASK_DOES_NOT_EXIST,
  INCORRECT_LOGICAL_UNIT_NUMBER,
  FUNCTION_NOT_SUPPORTED,
  FUNCTION_REJECTED
}
