package org.holdfast.backstore;

import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoCompletion;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;

/** Lets reads through to another device and refuses whatever would change it. Thread: any. */
public final class ReadOnlyDevice extends WrapperDevice {
  /** Owns {@code inner} from here on. */
  public ReadOnlyDevice(BlockDevice inner) {
    super(inner);
  }

  @Override
  public DeviceProfile profile() {
    return inner.profile().forReading();
  }

  @Override
  public void submit(IoRequest request, IoCompletion completion) {
    switch (request) {
      case IoRequest.Read read -> inner.submit(read, completion);
      // Other owners of the data may have written; making that stable changes nothing.
      case IoRequest.FindExtents find -> inner.submit(find, completion);
      case IoRequest.CopyFrom copy -> refuse(copy, completion);
      case IoRequest.Flush flush -> inner.submit(flush, completion);
      case IoRequest.Write write -> refuse(write, completion);
      case IoRequest.Unmap unmap -> refuse(unmap, completion);
      case IoRequest.WriteZeroes zeroes -> refuse(zeroes, completion);
    }
  }

  private static void refuse(IoRequest request, IoCompletion completion) {
    completion.done(
        new IoResult.Failed(
            DeviceFault.READ_ONLY, Ranges.offset(request), "the device is read-only here"));
  }
}
