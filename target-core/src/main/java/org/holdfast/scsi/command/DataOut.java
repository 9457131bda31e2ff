package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.ScsiTask;
import org.jspecify.annotations.Nullable;

/**
 * How much of Data-Out there is to work with. The initiator may have announced less than its CDB
 * asks for; the residual count tells it so (RFC 7143 clause 11.4.5.1), and what was announced is
 * all that is transferred. What becomes of it depends on the command:
 *
 * <ul>
 *   <li>WRITE, WRITE AND VERIFY, ORWRITE and the comparison block by block of VERIFY are done for
 *       exactly the bytes that came, be it in the middle of a block; nothing else is touched.
 *   <li>Where the data is one thing (a pattern, a comparison with its replacement, an atomic write,
 *       a parameter list) a part of it would be something else: the command is refused and does
 *       nothing.
 * </ul>
 */
final class DataOut {
  private DataOut() {}

  /** The bytes that came, from position 0 to the limit; null when there are none. */
  static @Nullable ByteBuffer bytes(ScsiTask task) {
    DataBuffer buffer = task.dataOut();
    return buffer == null || task.dataOutLength() == 0
        ? null
        : buffer.view(0, task.dataOutLength());
  }

  /** Logical blocks that {@code data} reaches into, the last perhaps in part only. */
  static int blocks(ByteBuffer data, DeviceProfile profile) {
    return Math.ceilDiv(data.limit(), profile.blockSize());
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
