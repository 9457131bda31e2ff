package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.holdfast.backstore.FaultDevice.Operation;
import org.holdfast.backstore.FaultDevice.Rule;
import org.holdfast.backstore.IoLogDevice.Entry;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.junit.jupiter.api.Test;

class IoLogDeviceTest {
  private final AtomicLong nanoTime = new AtomicLong(-7);
  private final FaultDevice faults =
      new FaultDevice(
          new RamDevice(new DeviceProfile(512, 64, 0, true, false, true), RamDevice.Memory.HEAP),
          1);
  private final HoldDevice held = new HoldDevice(faults);
  private final IoLogDevice device = new IoLogDevice(held, 3, nanoTime::get);

  @Test
  void whatEndedIsThereWithItsPlaceTimeAndFault() {
    faults.rules(
        List.of(new Rule(EnumSet.of(Operation.WRITE), 1024, 2048, 1, DeviceFault.WRITE_ERROR)));
    held.hold(request -> request instanceof IoRequest.Read);
    var read = Io.begin(device, Io.read(512, 1024));
    nanoTime.addAndGet(1000);
    assertThat(device.entries()).isEmpty();
    held.releaseAll();
    assertThat(read).isDone();
    Io.failure(Io.run(device, Io.write(1024, 512, true)), DeviceFault.WRITE_ERROR);
    Io.run(device, new IoRequest.Flush());
    assertThat(device.entries())
        .containsExactly(
            new Entry(0, Operation.READ, 1, 2, Duration.ofNanos(1000), Optional.empty()),
            new Entry(
                1, Operation.WRITE, 2, 1, Duration.ZERO, Optional.of(DeviceFault.WRITE_ERROR)),
            new Entry(2, Operation.FLUSH, 0, 0, Duration.ZERO, Optional.empty()));
  }

  @Test
  void theOldestIsForgotten() {
    for (int i = 0; i < 5; i++) {
      Io.run(device, new IoRequest.Unmap(512L * i, 512));
    }
    assertThat(device.entries()).extracting(Entry::sequence).containsExactly(2L, 3L, 4L);
    assertThat(device.entries()).extracting(Entry::lba).containsExactly(2L, 3L, 4L);
  }
}
