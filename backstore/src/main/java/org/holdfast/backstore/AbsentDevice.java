package org.holdfast.backstore;

import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoCompletion;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.SpaceUsage;

/**
 * Stands for a device that could not be opened, so that its LUN and mappings stay: never ready, and
 * every request fails with NOT_READY. Thread: any.
 */
public final class AbsentDevice implements BlockDevice {
  private final DeviceProfile profile;
  private final String why;

  /**
   * @param profile what the configuration says the device is
   * @param why for the log, such as the message of the {@link BackstoreException}
   */
  public AbsentDevice(DeviceProfile profile, String why) {
    this.profile = profile;
    this.why = why;
  }

  @Override
  public DeviceProfile profile() {
    return profile;
  }

  @Override
  public boolean ready() {
    return false;
  }

  @Override
  public SpaceUsage space() {
    return SpaceUsage.UNKNOWN;
  }

  @Override
  public void submit(IoRequest request, IoCompletion completion) {
    completion.done(new IoResult.Failed(DeviceFault.NOT_READY, Ranges.offset(request), why));
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
