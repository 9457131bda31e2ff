package org.holdfast.scsi.command;

import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.ScsiTask;

/** How much of Data-Out there is to work with. */
final class DataOut {
  private DataOut() {}

  /**
   * Bytes to use. An initiator that expects to send less than its CDB says is told by the residual
   * count (RFC 7143 clause 11.4.5); of a block that came in part nothing is used.
   */
  static int wholeBlocks(ScsiTask task, DeviceProfile profile) {
    return task.dataOutLength() / profile.blockSize() * profile.blockSize();
  }

  /**
   * The initiator has offered just as much as the CDB asks for, and all of it has come: for
   * commands where a part makes no sense.
   */
  static boolean exact(ScsiTask task) {
    return task.dataOutOffered() == task.dataOutWanted()
        && task.dataOutLength() == task.dataOutWanted();
  }
}
