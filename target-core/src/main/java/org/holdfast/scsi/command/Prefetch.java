package org.holdfast.scsi.command;

import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;

/**
 * PRE-FETCH of one CDB length (SBC-3 clauses 5.9 and 5.10): reads the range, so that it is in the
 * cache of whoever keeps the device. CONDITION MET tells that all of it has been read; a range
 * beyond {@link #CACHED} is read up to there and answered with GOOD.
 *
 * @param layout where the CDB keeps its range; no blocks means all up to the last
 */
record Prefetch(Layout layout) {
  /**
   * Accepted, but the answer comes when the range has been read: only then is it known which it is.
   */
  static final CdbField IMMED = CdbField.of("IMMED", 1, 1, 1);

  /** Bytes that a cache is trusted to hold. */
  static final long CACHED = 64L << 20;

  Prefetch(int cdbLength) {
    this(Layout.of(cdbLength, "PREFETCH LENGTH"));
  }

  void execute(LogicalUnit unit, ScsiTask task) {
    DeviceProfile profile = unit.device().profile();
    LbaRange asked = layout.range(task.cdb());
    Sense outside = asked.outside(profile);
    if (outside != null) {
      task.end(Outcome.check(outside));
      return;
    }
    LbaRange range = asked.orUpToTheLast(profile);
    long length = range.blocks() * profile.blockSize();
    Outcome whenRead = length > CACHED ? Outcome.GOOD : Outcome.CONDITION_MET;
    ChunkedRead.run(
        unit,
        task,
        range.offset(profile),
        Math.min(length, CACHED),
        ChunkedRead.Inspector.READABLE,
        outcome -> task.end(outcome instanceof Outcome.Good ? whenRead : outcome));
  }
}
