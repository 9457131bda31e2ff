package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.holdfast.backstore.BackstoreException.Reason;
import org.holdfast.backstore.ReopeningDevice.Capacity;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices that vanish and come back, and what other troubles of a disk are not. */
class ReopeningDeviceTest {
  private static final int SIZE = 1 << 20;
  private static final DeviceProfile PROFILE =
      new DeviceProfile(512, SIZE / 512, 0, /* writeCache= */ true, false, false);

  @TempDir Path directory;
  private final ScriptedIo io = new ScriptedIo(SIZE);
  private final ScriptedRanges ranges = new ScriptedRanges();

  private final List<Capacity> announced = new ArrayList<>();

  private FileDevice scripted() {
    return new FileDevice(
        io.opened(ranges, () -> {}), PROFILE, InlineIo.NONE, new IoThreads("gone", 2, 4));
  }

  private static BackstoreException missing() {
    return new BackstoreException(Reason.MISSING, "does not exist");
  }

  @Test
  void whatWasMissingIsServedWhenItComes() throws Exception {
    Path file = directory.resolve("disk");
    DeviceRegistry registry = new DeviceRegistry();
    try (ReopeningDevice device =
        new ReopeningDevice(
            "late",
            new AbsentDevice(PROFILE, "missing"),
            "",
            () -> FileDevice.open(FileDeviceOptions.existing(file), registry))) {
      assertThat(device.reopen(announced::add)).isFalse();
      Io.failure(Io.run(device, Io.read(0, 512)), DeviceFault.NOT_READY);
      Files.write(file, Io.bytes(2 * SIZE, 9));
      assertThat(device.ready()).isFalse();
      assertThat(device.reopen(announced::add)).isTrue();
      assertThat(device.reopen(announced::add)).as("again").isFalse();
      assertThat(device.ready()).isTrue();
      assertThat(announced).as("nobody knew another size").containsExactly(Capacity.AS_KNOWN);
      assertThat(device.profile().size()).isEqualTo(2 * SIZE);
      assertThat(Io.read(device, SIZE, 512)).containsOnly(9);
    }
  }

  @Test
  void aDiskThatSaysItHasGoneIsClosedAndOpenedAgain() throws Exception {
    FileDevice first = scripted();
    RamDevice second = new RamDevice(PROFILE, RamDevice.Memory.HEAP);
    CountDownLatch there = new CountDownLatch(1);
    try (ReopeningDevice device =
        new ReopeningDevice(
            "disk",
            first,
            "",
            () -> {
              if (there.getCount() > 0) {
                throw missing();
              }
              return second;
            })) {
      io.onRead = ScriptedIo.fails(Errno.ENODEV.text());
      assertThat(device.ready()).isTrue();
      Io.failure(Io.run(device, Io.read(0, 512)), DeviceFault.NOT_READY);
      assertThat(device.ready()).isFalse();
      assertThat(device.reopen(announced::add)).isFalse();
      assertThat(io.calls).endsWith("close");
      assertThat(device.profile()).isEqualTo(PROFILE);
      Io.failure(Io.run(device, Io.read(0, 512)), DeviceFault.NOT_READY);
      there.countDown();
      assertThat(device.reopen(announced::add)).isTrue();
      assertThat(announced).containsExactly(Capacity.AS_KNOWN);
      assertThat(Io.run(device, Io.write(0, 512, false))).isEqualTo(IoResult.DONE);
      assertThat(Io.read(second, 0, 512)).containsOnly(0x5A);
    }
    assertThat(second.ready()).as("closed with it").isFalse();
  }

  @ParameterizedTest
  @CsvSource({"512, 4096", "512, 1024", "4096, 2048"})
  void aDiskThatComesBackWithAnotherCapacityIsAnnouncedBeforeItIsServed(
      int blockSize, long blocks) {
    DeviceProfile other = new DeviceProfile(blockSize, blocks, 0, true, false, false);
    List<Integer> tries = new ArrayList<>();
    try (ReopeningDevice device =
        new ReopeningDevice(
            "disk",
            scripted(),
            "",
            () -> {
              tries.add(tries.size());
              if (tries.size() == 1) {
                throw missing();
              }
              return new RamDevice(other, RamDevice.Memory.HEAP);
            })) {
      io.onRead = ScriptedIo.fails(Errno.ENODEV.text());
      Io.failure(Io.run(device, Io.read(0, 512)), DeviceFault.NOT_READY);
      assertThat(device.reopen(announced::add)).isFalse();
      assertThat(announced).isEmpty();
      assertThat(
              device.reopen(
                  capacity -> {
                    announced.add(capacity);
                    assertThat(device.ready()).as("while nobody has been told").isFalse();
                  }))
          .isTrue();
      assertThat(announced).containsExactly(Capacity.CHANGED);
      assertThat(device.profile()).isEqualTo(other);
    }
  }

  /** The kernel says EIO for a disk that was pulled out, as it does for one with a bad sector. */
  @Test
  void anErrorOfADiskThatTheSystemNoLongerHasMeansThatItHasGone() {
    try (FileDevice device = scripted()) {
      io.onWrite = ScriptedIo.fails("Input/output error");
      Io.failure(Io.run(device, Io.write(0, 512, false)), DeviceFault.WRITE_ERROR);
      assertThat(device.ready()).as("a bad sector").isTrue();
      ranges.present = false;
      assertThat(
              Io.failure(Io.run(device, Io.write(0, 512, false)), DeviceFault.NOT_READY).detail())
          .contains("Input/output error", "has gone");
      assertThat(device.ready()).isFalse();
    }
  }

  @Test
  void aCopyWhoseSourceIsClosedSaysNothingAboutItsTarget() {
    FileDevice source = scripted();
    source.close();
    try (FileDevice device = scripted()) {
      Io.failure(Io.run(device, new IoRequest.CopyFrom(source, 0, 0, 512)), DeviceFault.NOT_READY);
      assertThat(device.ready()).isTrue();
    }
  }

  @Test
  void copiesBetweenReopeningDevicesAreTheSystems() throws Exception {
    try (ReopeningDevice device = new ReopeningDevice("disk", scripted(), "", () -> scripted());
        ReopeningDevice other = new ReopeningDevice("disk", scripted(), "", () -> scripted())) {
      assertThat(Io.run(device, new IoRequest.CopyFrom(other, 0, 4096, 512)))
          .isEqualTo(IoResult.DONE);
      assertThat(ranges.calls).containsExactly("copy");
    }
  }

  @Test
  void aTruncatedFileFailsWhereItEndsAndWorksAgainWhenItIsWhole() throws Exception {
    Path path = Files.write(directory.resolve("disk"), Io.bytes(SIZE, 5));
    try (FileDevice device =
            FileDevice.open(FileDeviceOptions.existing(path), new DeviceRegistry());
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(SIZE / 2);
      IoResult.Failed failed =
          Io.failure(Io.run(device, Io.read(SIZE / 2 - 512, 1024)), DeviceFault.READ_ERROR);
      assertThat(failed.offset()).isEqualTo(SIZE / 2);
      assertThat(Io.read(device, SIZE / 2 - 512, 512)).containsOnly(5);
      assertThat(device.ready()).isTrue();
      file.setLength(SIZE);
      assertThat(Io.read(device, SIZE / 2 - 512, 512)).containsOnly(5);
      assertThat(Io.read(device, SIZE / 2, 512)).containsOnly(0);
    }
  }

  /** As with every open file: its space goes when the device is closed. */
  @Test
  void aDeletedFileIsServedUntilItIsClosed() throws Exception {
    Path path = Files.write(directory.resolve("disk"), Io.bytes(SIZE, 5));
    try (FileDevice device =
        FileDevice.open(FileDeviceOptions.existing(path), new DeviceRegistry())) {
      Files.delete(path);
      assertThat(Io.run(device, Io.write(0, 512, true))).isEqualTo(IoResult.DONE);
      assertThat(Io.read(device, 0, 512)).containsOnly(0x5A);
    }
  }

  /**
   * Its requests wait, those beyond its queue are refused, others do not notice, no thread stays.
   */
  @Test
  void aHangingDiskHoldsItsOwnThreadsOnly() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    io.onWrite =
        () -> {
          try {
            assertThat(hang.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts these threads", e);
          }
        };
    Path path = Files.write(directory.resolve("other"), new byte[SIZE]);
    try (FileDevice hanging = scripted();
        FileDevice other =
            FileDevice.open(FileDeviceOptions.existing(path), new DeviceRegistry())) {
      List<CompletableFuture<IoResult>> stuck =
          IntStream.range(0, 6)
              .mapToObj(i -> Io.begin(hanging, Io.write(i * 512L, 512, false)))
              .toList();
      Io.failure(Io.run(hanging, Io.write(0, 512, false)), DeviceFault.QUEUE_FULL);
      for (int i = 0; i < 100; i++) {
        assertThat(Io.run(other, Io.write(i * 512L, 512, true))).isEqualTo(IoResult.DONE);
        assertThat(Io.run(other, new IoRequest.Read(i * 512L, ByteBuffer.allocateDirect(512))))
            .isEqualTo(IoResult.DONE);
      }
      assertThat(stuck).noneMatch(CompletableFuture::isDone);
      assertThat(threads("io-gone-")).isEqualTo(2);
      hang.countDown();
      assertThat(stuck).allSatisfy(one -> assertThat(Io.result(one)).isEqualTo(IoResult.DONE));
    }
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (threads("io-gone-") > 0 || threads("io-other-") > 0) {
      assertThat(System.nanoTime()).as("threads are left").isLessThan(until);
      Thread.onSpinWait();
    }
  }

  private static long threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .count();
  }
}
