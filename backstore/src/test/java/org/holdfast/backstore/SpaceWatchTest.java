package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.holdfast.backstore.FileDeviceOptions.Allocation;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.SpaceUsage;
import org.junit.jupiter.api.Test;

class SpaceWatchTest {
  private static final SpaceUsage FULL = new SpaceUsage(8192, 0, 4096);

  private final ScriptedRanges ranges = new ScriptedRanges();
  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);
  private final SpaceWatch watch = new SpaceWatch(ranges, nanoTime::get);

  @Test
  void itIsDueOnceASecondForOneCaller() {
    assertThat(watch.due()).isFalse();
    nanoTime.addAndGet(SpaceWatch.INTERVAL_NANOS - 1);
    assertThat(watch.due()).isFalse();
    nanoTime.addAndGet(1);
    assertThat(watch.due()).isTrue();
    assertThat(watch.due()).isFalse();
  }

  @Test
  void whatWasMeasuredIsRemembered() {
    assertThat(watch.latest().known()).isFalse();
    ranges.space = FULL;
    assertThat(watch.latest().known()).isFalse();
    watch.measure();
    assertThat(watch.latest()).isEqualTo(FULL);
  }

  @Test
  void aStoreThatCannotSayIsNeverAsked() {
    SpaceWatch nothing = new SpaceWatch(RangeIo.NONE, nanoTime::get);
    nanoTime.addAndGet(2 * SpaceWatch.INTERVAL_NANOS);
    assertThat(nothing.due()).isFalse();
  }

  @Test
  void aWriteHasItMeasuredOnTheStoresThreads() throws Exception {
    CountDownLatch measured = new CountDownLatch(1);
    Thread[] thread = new Thread[1];
    ranges.onSpace =
        () -> {
          thread[0] = Thread.currentThread();
          measured.countDown();
        };
    try (FileDevice device =
        new FileDevice(
            new OpenFile(
                "disk",
                new ScriptedIo(512),
                PageCache.EVERYTHING,
                ranges,
                watch,
                Allocation.THIN,
                () -> {}),
            new DeviceProfile(512, 1, 0, true, false, true),
            InlineIo.READS_AND_CACHED_WRITES,
            new IoThreads("disk", 1, 4))) {
      nanoTime.addAndGet(SpaceWatch.INTERVAL_NANOS);
      assertThat(Io.write(device, 0, new byte[512])).isEqualTo(IoResult.DONE);
      assertThat(measured.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(thread[0].getName()).startsWith("io-disk-");
      // Asking is what has it measured when nobody writes.
      nanoTime.addAndGet(SpaceWatch.INTERVAL_NANOS);
      ranges.space = FULL;
      while (!device.space().known()) {
        Thread.onSpinWait();
      }
      assertThat(device.space()).isEqualTo(FULL);
    }
  }
}
