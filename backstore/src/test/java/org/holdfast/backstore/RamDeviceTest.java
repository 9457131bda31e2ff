package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.junit.jupiter.api.Test;

/** What a device in memory promises beyond the contract of all devices. */
class RamDeviceTest {
  private static final DeviceProfile PROFILE =
      new DeviceProfile(512, 4 * RamDevice.PIECE / 512, 0, false, false, true);

  private static IoResult submit(BlockDevice device, IoRequest request) {
    AtomicReference<IoResult> result = new AtomicReference<>();
    device.submit(request, result::set);
    return result.get();
  }

  private static ByteBuffer filled(int length) {
    ByteBuffer data = ByteBuffer.allocate(length);
    while (data.hasRemaining()) {
      data.put((byte) 0xA6);
    }
    return data.flip();
  }

  @Test
  void aWriteThatFindsNoMemoryChangesNothing() {
    AtomicInteger pieces = new AtomicInteger();
    try (RamDevice device =
        new RamDevice(
            PROFILE,
            length -> {
              if (pieces.incrementAndGet() > 1) {
                throw new OutOfMemoryError("told to by the test");
              }
              return ByteBuffer.allocate(length);
            })) {
      int length = device.atomicWriteLimit();
      IoResult written =
          submit(device, new IoRequest.Write(RamDevice.PIECE - 512, filled(length), false));
      assertThat(written)
          .isInstanceOfSatisfying(
              IoResult.Failed.class,
              failed -> assertThat(failed.fault()).isEqualTo(DeviceFault.NO_SPACE));
      ByteBuffer read = ByteBuffer.allocate(2 * RamDevice.PIECE);
      assertThat(submit(device, new IoRequest.Read(0, read))).isEqualTo(IoResult.DONE);
      assertThat(read.array()).containsOnly(0);
    }
  }

  @Test
  void itsAtomicWritesAreLongEnoughForLargeBlocksAndAWrapperPassesThePromiseOn() {
    try (RamDevice device = new RamDevice(PROFILE, RamDevice.Memory.HEAP);
        ReadOnlyDevice wrapper = new ReadOnlyDevice(device)) {
      assertThat(device.atomicWriteLimit()).isEqualTo(256 * 4096);
      assertThat(wrapper.atomicWriteLimit()).isEqualTo(256 * 4096);
    }
  }
}
