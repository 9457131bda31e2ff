package org.holdfast.scsi;

/**
 * What a command does at a LUN where no logical unit is mapped (SPC-4 clause 4.4, SAM-5 clause
 * 4.6).
 */
@FunctionalInterface
public interface WithoutUnit {
  /** Most commands: LOGICAL UNIT NOT SUPPORTED. */
  WithoutUnit REFUSED =
      task -> task.end(Outcome.check(Sense.illegalRequest(SenseCode.LOGICAL_UNIT_NOT_SUPPORTED)));

  /** Ends {@code task} exactly once. Thread: that of the connection; must not block. */
  void execute(ScsiTask task);
}
