package org.holdfast.backstore;

import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoCompletion;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.SpaceUsage;

/** A device that stands before another and changes what happens to its requests. Thread: any. */
abstract class WrapperDevice implements BlockDevice {
  /** Owned: closed with this one. */
  protected final BlockDevice inner;

  WrapperDevice(BlockDevice inner) {
    this.inner = inner;
  }

  @Override
  public DeviceProfile profile() {
    return inner.profile();
  }

  @Override
  public boolean ready() {
    return inner.ready();
  }

  @Override
  public int atomicWriteLimit() {
    return inner.atomicWriteLimit();
  }

  @Override
  public SpaceUsage space() {
    return inner.space();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when the range is outside the device or not whole blocks
   */
  @Override
  public abstract void submit(IoRequest request, IoCompletion completion);

  @Override
  public void close() {
    inner.close();
  }
}
