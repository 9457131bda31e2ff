package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.holdfast.backstore.BackstoreException.Reason;
import org.holdfast.backstore.FileDevice.Shrinking;
import org.holdfast.backstore.FileDeviceOptions.Allocation;
import org.holdfast.backstore.linux.AllocatedBytes;
import org.holdfast.backstore.linux.OsFile;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResizeTest {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  private FileDevice open(Allocation allocation) throws BackstoreException {
    return FileDevice.open(
        FileDeviceOptions.existing(file()).creating(MIB, allocation), new DeviceRegistry());
  }

  private Path file() {
    return directory.resolve("disk");
  }

  private static void refused(Reason reason, FileDevice device, long bytes, String words) {
    BackstoreException e =
        catchThrowableOfType(
            BackstoreException.class, () -> device.resize(bytes, Shrinking.REFUSED));
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
    assertThat(e).hasMessageContaining(words);
  }

  @Test
  void aLargerDeviceHasZerosAtItsEnd() throws Exception {
    try (FileDevice device = open(Allocation.THIN)) {
      Io.write(device, MIB - 512, Io.bytes(512, 1));
      assertThatThrownBy(() -> device.submit(Io.read(MIB, 512), _ -> {}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(device.resize(2 * MIB, Shrinking.REFUSED).blocks()).isEqualTo(2 * MIB / 512);
      assertThat(device.profile().size()).isEqualTo(2 * MIB);
      assertThat(Io.read(device, MIB - 512, 512)).containsOnly(1);
      assertThat(Io.read(device, MIB, MIB)).containsOnly(0);
      assertThat(Io.write(device, 2 * MIB - 512, Io.bytes(512, 2))).isEqualTo(IoResult.DONE);
    }
    assertThat(Files.size(file())).isEqualTo(2 * MIB);
  }

  @Test
  void aFullAllocationGrowsWithItsSpace() throws Exception {
    try (FileDevice device = open(Allocation.FULL)) {
      device.resize(3 * MIB, Shrinking.REFUSED);
    }
    try (OsFile file = OsFile.open(file(), OsFile.Mode.READ)) {
      assertThat(AllocatedBytes.of(file)).isGreaterThanOrEqualTo(3 * MIB);
    }
  }

  /** At the beginning, in the middle and at the end of what would go. */
  @ParameterizedTest
  @EnumSource(Allocation.class)
  void growthIsTakenBackWhereNobodyHasWritten(Allocation allocation) throws Exception {
    try (FileDevice device = open(allocation)) {
      for (long written : new long[] {MIB, 2 * MIB + 512, 4 * MIB - 512}) {
        device.resize(4 * MIB, Shrinking.REFUSED);
        assertThat(Io.write(device, MIB - 512, Io.bytes(512, 1))).isEqualTo(IoResult.DONE);
        assertThat(device.resize(MIB, Shrinking.OF_ZEROS).size()).isEqualTo(MIB);
        assertThat(Files.size(file())).isEqualTo(MIB);
        device.resize(4 * MIB, Shrinking.REFUSED);
        byte[] data = Io.bytes(512, 3);
        assertThat(Io.write(device, written, data)).isEqualTo(IoResult.DONE);
        assertThatThrownBy(() -> device.resize(MIB, Shrinking.OF_ZEROS))
            .isInstanceOf(BackstoreException.class)
            .hasMessageContaining("something has been written behind them");
        assertThat(device.profile().size()).isEqualTo(4 * MIB);
        assertThat(Io.read(device, written, 512)).isEqualTo(data);
        device.resize(MIB, Shrinking.ALLOWED);
      }
    }
  }

  @Test
  void cuttingOffHasToBeSaid() throws Exception {
    try (FileDevice device = open(Allocation.THIN)) {
      refused(Reason.BAD_SIZE, device, MIB / 2, "would cut data off");
      refused(Reason.BAD_SIZE, device, MIB + 100, "multiple of the block size 512");
      refused(Reason.BAD_SIZE, device, 0, "multiple of the block size 512");
      assertThat(device.profile().size()).isEqualTo(MIB);
      device.resize(MIB / 2, Shrinking.ALLOWED);
      assertThat(Files.size(file())).isEqualTo(MIB / 2);
      // What was there once is no defect of the caller's.
      IoResult.Failed failed =
          Io.failure(Io.run(device, Io.read(MIB / 2, 512)), DeviceFault.OUT_OF_RANGE);
      assertThat(failed.detail()).contains("has become smaller");
      Io.failure(Io.run(device, Io.write(MIB / 2 - 512, 1024, true)), DeviceFault.OUT_OF_RANGE);
      assertThat(Files.size(file())).isEqualTo(MIB / 2);
      assertThat(Io.read(device, 0, MIB / 2)).containsOnly(0);
    }
  }

  @Test
  void whatSomebodyElseMadeLargerIsTakenOverWhenAsked() throws Exception {
    try (FileDevice device = open(Allocation.THIN)) {
      setLength(2 * MIB + 100);
      assertThat(device.profile().size()).isEqualTo(MIB);
      refused(Reason.BAD_SIZE, device, 4 * MIB, "refresh first");
      assertThat(device.refresh(Shrinking.REFUSED).size()).isEqualTo(2 * MIB);
      assertThat(Io.read(device, MIB, MIB)).containsOnly(0);
      setLength(MIB);
      assertThatThrownBy(() -> device.refresh(Shrinking.REFUSED))
          .isInstanceOf(BackstoreException.class)
          .hasMessageContaining("would cut data off");
      Io.failure(Io.run(device, Io.read(MIB, 512)), DeviceFault.READ_ERROR);
      assertThat(device.refresh(Shrinking.ALLOWED).size()).isEqualTo(MIB);
      Io.failure(Io.run(device, Io.read(MIB, 512)), DeviceFault.OUT_OF_RANGE);
    }
  }

  /** In a process of its own: closing a second descriptor here would drop the device's lock. */
  private void setLength(long bytes) throws IOException, InterruptedException {
    Process truncate =
        new ProcessBuilder("truncate", "-s", Long.toString(bytes), file().toString()).start();
    assertThat(truncate.waitFor()).isZero();
  }

  private static FileDevice scripted(ScriptedIo io, ScriptedRanges ranges) {
    return new FileDevice(
        io.opened(ranges, () -> {}),
        new DeviceProfile(512, MIB / 512, 0, true, false, true),
        InlineIo.NONE,
        new IoThreads("disk", 2, 4));
  }

  @Test
  void nothingIsCutOffUnderAWriteThatRuns() throws Exception {
    ScriptedIo io = new ScriptedIo(MIB);
    ScriptedRanges ranges = new ScriptedRanges();
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch open = new CountDownLatch(1);
    io.onWrite =
        () -> {
          entered.countDown();
          await(open);
        };
    try (FileDevice device = scripted(io, ranges)) {
      var write = Io.begin(device, Io.write(MIB - 512, 512, false));
      await(entered);
      CompletableFuture<DeviceProfile> resized =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return device.resize(MIB / 2, Shrinking.ALLOWED);
                } catch (BackstoreException e) {
                  throw new AssertionError(e);
                }
              });
      while (device.profile().size() == MIB) {
        Thread.onSpinWait();
      }
      // The new size holds for whoever comes; the file is cut when the last one has left.
      Io.failure(Io.run(device, Io.write(MIB - 512, 512, false)), DeviceFault.OUT_OF_RANGE);
      assertThat(Io.read(device, 0, 512)).containsOnly(0);
      assertThat(ranges.calls).isEmpty();
      assertThat(resized).isNotDone();
      open.countDown();
      assertThat(resized.orTimeout(30, TimeUnit.SECONDS).join().size()).isEqualTo(MIB / 2);
      assertThat(Io.result(write)).isEqualTo(IoResult.DONE);
      assertThat(ranges.calls).containsExactly("truncate " + MIB / 2);
      assertThat(device.ready()).isTrue();
    }
  }

  /** What says that it has grown may go then. */
  @Test
  void aCutIsStableWhenItIsAnswered() throws Exception {
    ScriptedIo io = new ScriptedIo(MIB);
    ScriptedRanges ranges = new ScriptedRanges();
    List<String> cutBefore = new ArrayList<>();
    io.onForce = () -> cutBefore.addAll(ranges.calls);
    try (FileDevice device = scripted(io, ranges)) {
      device.resize(MIB / 2, Shrinking.ALLOWED);
      assertThat(cutBefore).containsExactly("truncate " + MIB / 2);
    }
  }

  @Test
  void aCutThatIsNotStableIsNotAnsweredAsDone() {
    ScriptedIo io = new ScriptedIo(MIB);
    io.onForce = ScriptedIo.fails("lost");
    FileDevice device = scripted(io, new ScriptedRanges());
    assertThatThrownBy(() -> device.resize(MIB / 2, Shrinking.ALLOWED))
        .isInstanceOf(BackstoreException.class)
        .hasMessageContaining("cannot be given 524288 bytes: lost");
    assertThatThrownBy(device::close).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aStormOfRequestsWhileTheSizeGoesUpAndDown() throws Exception {
    long seed = Long.getLong("holdfast.seed", System.nanoTime());
    Random random = new Random(seed);
    List<CompletableFuture<IoResult>> results = new ArrayList<>();
    try (FileDevice device =
        FileDevice.open(
            FileDeviceOptions.existing(file())
                .creating(2 * MIB, Allocation.THIN)
                .withCache(CacheMode.WRITE_BACK)
                .withInline(InlineIo.NONE),
            new DeviceRegistry())) {
      Semaphore room = new Semaphore(64);
      CompletableFuture<Void> resizing =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = 0; i < 40; i++) {
                    device.resize(i % 2 == 0 ? MIB : 2 * MIB, Shrinking.ALLOWED);
                  }
                } catch (BackstoreException e) {
                  throw new AssertionError(e);
                }
              });
      while (!resizing.isDone()) {
        room.acquire();
        long offset = 512L * random.nextInt(2 * MIB / 512);
        IoRequest request =
            random.nextBoolean() ? Io.read(offset, 512) : Io.write(offset, 512, false);
        var result = Io.begin(device, request);
        results.add(result.whenComplete((_, _) -> room.release()));
      }
      resizing.join();
      long size = device.profile().size();
      for (var result : results) {
        if (Io.result(result) instanceof IoResult.Failed failed) {
          assertThat(failed.fault())
              .as("seed %d: %s", seed, failed)
              .isEqualTo(DeviceFault.OUT_OF_RANGE);
        }
      }
      assertThat(size).as("seed %d", seed).isEqualTo(2 * MIB);
      // No write that came late has made the file longer than the device.
      device.resize(MIB, Shrinking.ALLOWED);
      assertThat(Files.size(file())).as("seed %d", seed).isEqualTo(MIB);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts these threads", e);
    }
  }
}
