package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.holdfast.backstore.FileDeviceOptions.Allocation;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every device promises, run on each kind. */
class DeviceContractTest {
  /** Crosses the pieces of {@link RamDevice} and the zero chunks of {@link FileDevice}. */
  private static final int SIZE = 3 * RamDevice.PIECE + 64 * 512;

  private static final DeviceProfile MEMORY =
      new DeviceProfile(512, SIZE / 512, 3, false, false, true);

  abstract static class Contract {
    @TempDir Path directory;
    private BlockDevice device;

    abstract BlockDevice open() throws Exception;

    BlockDevice file(CacheMode cache, InlineIo inline) throws Exception {
      return FileDevice.open(
          FileDeviceOptions.existing(directory.resolve("disk"))
              .creating(SIZE, Allocation.THIN)
              .withCache(cache)
              .withInline(inline),
          new DeviceRegistry());
    }

    @BeforeEach
    void openIt() throws Exception {
      device = open();
    }

    @AfterEach
    void closeIt() {
      device.close();
    }

    @Test
    void isReadyAndZeroAtFirst() {
      assertThat(device.ready()).isTrue();
      assertThat(device.profile().size()).isEqualTo(SIZE);
      assertThat(Io.read(device, 0, SIZE)).isEqualTo(new byte[SIZE]);
    }

    @Test
    void randomOperationsLeaveWhatTheModelSays() {
      long seed = Long.getLong("holdfast.seed", System.nanoTime());
      Random random = new Random(seed);
      byte[] model = new byte[SIZE];
      for (int step = 0; step < 400; step++) {
        String where = "seed %d (-Dholdfast.seed), step %d".formatted(seed, step);
        int length = 512 * (1 + random.nextInt(random.nextInt(8) == 0 ? SIZE / 512 : 40));
        int offset = 512 * random.nextInt((SIZE - length) / 512 + 1);
        switch (random.nextInt(8)) {
          case 0, 1 -> {
            byte[] data = new byte[length];
            random.nextBytes(data);
            System.arraycopy(data, 0, model, offset, length);
            ByteBuffer source = random.nextBoolean() ? direct(data) : ByteBuffer.wrap(data);
            done(where, new IoRequest.Write(offset, source, random.nextBoolean()));
          }
          case 2 -> {
            Arrays.fill(model, offset, offset + length, (byte) 0);
            done(
                where,
                new IoRequest.WriteZeroes(
                    offset, length, random.nextBoolean(), random.nextBoolean()));
          }
          case 3 -> {
            if (device.profile().thin()) {
              Arrays.fill(model, offset, offset + length, (byte) 0);
              done(where, new IoRequest.Unmap(offset, length));
            }
          }
          case 4 -> done(where, new IoRequest.Flush());
          case 5 -> extentsAgree(where, model, offset, length);
          case 6 -> copy(where, model, offset, length, random);
          default ->
              assertThat(Io.read(device, offset, length))
                  .as(where)
                  .isEqualTo(Arrays.copyOfRange(model, offset, offset + length));
        }
      }
      assertThat(Io.read(device, 0, SIZE)).as("seed %d", seed).isEqualTo(model);
    }

    /** What is not mapped must be zeros; the extents must be the range. */
    private void extentsAgree(String where, byte[] model, int offset, int length) {
      IoResult result = Io.run(device, new IoRequest.FindExtents(offset, length));
      assertThat(result).as(where).isInstanceOf(IoResult.Extents.class);
      long next = offset;
      for (IoResult.Extent extent : ((IoResult.Extents) result).extents()) {
        assertThat(extent.offset()).as(where).isEqualTo(next);
        assertThat(extent.length()).as(where).isPositive();
        assertThat(extent.length() % 512).as(where).isZero();
        next += extent.length();
        if (!extent.mapped()) {
          assertThat(device.profile().thin()).as(where).isTrue();
          assertThat(Arrays.copyOfRange(model, (int) extent.offset(), (int) next))
              .as(where)
              .containsOnly(0);
        }
      }
      assertThat(next).as(where).isEqualTo(offset + length);
    }

    private void copy(String where, byte[] model, int offset, int length, Random random) {
      int from = 512 * random.nextInt((SIZE - length) / 512 + 1);
      IoResult result = Io.run(device, new IoRequest.CopyFrom(device, from, offset, length));
      if (Math.abs(from - offset) < length) {
        Io.failure(result, DeviceFault.NOT_SUPPORTED);
      } else if (copies()) {
        assertThat(result).as(where).isEqualTo(IoResult.DONE);
        System.arraycopy(model, from, model, offset, length);
      } else {
        Io.failure(result, DeviceFault.NOT_SUPPORTED);
      }
    }

    /** Whether this kind of device copies by itself. */
    boolean copies() {
      return true;
    }

    private void done(String where, IoRequest request) {
      assertThat(Io.run(device, request)).as(where).isEqualTo(IoResult.DONE);
    }

    private static ByteBuffer direct(byte[] data) {
      // In the middle of a larger buffer: position and limit count, not capacity.
      ByteBuffer buffer = ByteBuffer.allocateDirect(data.length + 100);
      buffer.position(50).put(data).flip().position(50);
      return buffer;
    }

    @Test
    void unmapLeavesZerosWhereTheDeviceIsThinAndIsRefusedElsewhere() {
      Io.write(device, 0, Io.bytes(1024, 7));
      IoResult result = Io.run(device, new IoRequest.Unmap(512, 512));
      assertThat(Io.read(device, 0, 512)).containsOnly(7);
      if (device.profile().thin()) {
        assertThat(result).isEqualTo(IoResult.DONE);
        assertThat(Io.read(device, 512, 512)).containsOnly(0);
      } else {
        Io.failure(result, DeviceFault.WRITE_ERROR);
        assertThat(Io.read(device, 512, 512)).containsOnly(7);
      }
    }

    @Test
    void aRequestOutsideTheDeviceIsTheCallersError() {
      for (IoRequest request :
          new IoRequest[] {
            Io.read(SIZE, 512),
            Io.write(SIZE - 512, 1024, false),
            Io.read(-512, 512),
            Io.write(1, 512, false),
            Io.read(0, 100),
            new IoRequest.WriteZeroes(512, Long.MAX_VALUE - 511, false, false),
            new IoRequest.Unmap(0, -512)
          }) {
        assertThatThrownBy(() -> device.submit(request, result -> {}))
            .as("%s", request)
            .isInstanceOf(IllegalArgumentException.class);
      }
    }

    @Test
    void afterCloseNothingIsReady() {
      device.close();
      device.close();
      assertThat(device.ready()).isFalse();
      Io.failure(Io.run(device, Io.read(0, 512)), DeviceFault.NOT_READY);
      Io.failure(Io.run(device, Io.write(0, 512, true)), DeviceFault.NOT_READY);
      Io.failure(Io.run(device, new IoRequest.Flush()), DeviceFault.NOT_READY);
    }
  }

  @Nested
  class FileWriteThrough extends Contract {
    @Override
    BlockDevice open() throws Exception {
      return file(CacheMode.WRITE_THROUGH, InlineIo.READS);
    }
  }

  @Nested
  class FileWriteBackInline extends Contract {
    @Override
    BlockDevice open() throws Exception {
      return file(CacheMode.WRITE_BACK, InlineIo.READS_AND_CACHED_WRITES);
    }
  }

  @Nested
  class FileDirect extends Contract {
    @Override
    BlockDevice open() throws Exception {
      return DirectIoTest.openOrSkip(
          FileDeviceOptions.existing(directory.resolve("disk")).creating(SIZE, Allocation.THIN));
    }
  }

  @Nested
  class FileDirectWriteBack extends Contract {
    @Override
    BlockDevice open() throws Exception {
      return DirectIoTest.openOrSkip(
          FileDeviceOptions.existing(directory.resolve("disk"))
              .creating(SIZE, Allocation.FULL)
              .withCache(CacheMode.WRITE_BACK));
    }
  }

  /** Holes, but no ZERO_RANGE: zeros are written. */
  @Nested
  class FileOnTmpfs extends Contract {
    private Path memory;

    @Override
    BlockDevice open() throws Exception {
      assumeTrue(Files.isWritable(Path.of("/dev/shm")), "there is no tmpfs to write to");
      memory = Files.createTempDirectory(Path.of("/dev/shm"), "holdfast");
      return FileDevice.open(
          FileDeviceOptions.existing(memory.resolve("disk")).creating(SIZE, Allocation.THIN),
          new DeviceRegistry());
    }

    @AfterEach
    void removeIt() throws IOException {
      Files.deleteIfExists(memory.resolve("disk"));
      Files.deleteIfExists(memory);
    }
  }

  @Nested
  class FileThick extends Contract {
    @Override
    BlockDevice open() throws Exception {
      return FileDevice.open(
          FileDeviceOptions.existing(directory.resolve("disk"))
              .creating(SIZE, Allocation.FULL)
              .withProvisioning(FileDeviceOptions.Provisioning.THICK)
              .withCache(CacheMode.WRITE_BACK),
          new DeviceRegistry());
    }
  }

  @Nested
  class FileOnThreads extends Contract {
    @Override
    BlockDevice open() throws Exception {
      return file(CacheMode.WRITE_BACK, InlineIo.NONE);
    }
  }

  @Nested
  class BlockNode extends Contract {
    private LoopDevice loop;

    @Override
    BlockDevice open() throws Exception {
      loop = LoopDevice.ofSize(directory.resolve("backing"), SIZE);
      return FileDevice.open(FileDeviceOptions.existing(loop.node()), new DeviceRegistry());
    }

    /** The kernel copies between files only. */
    @Override
    boolean copies() {
      return false;
    }

    @AfterEach
    void detachLoop() throws Exception {
      if (loop != null) {
        closeIt();
        loop.detach();
      }
    }
  }

  @Nested
  class RamHeap extends Contract {
    @Override
    BlockDevice open() {
      return new RamDevice(MEMORY, RamDevice.Memory.HEAP);
    }
  }

  @Nested
  class RamDirect extends Contract {
    @Override
    BlockDevice open() {
      return new RamDevice(
          new DeviceProfile(512, SIZE / 512, 3, true, false, false), RamDevice.Memory.DIRECT);
    }
  }

  @Nested
  class WrappersThatDoNothing extends Contract {
    @Override
    boolean copies() {
      return false; // What they are given as a source is themselves.
    }

    @Override
    BlockDevice open() {
      BlockDevice ram = new RamDevice(MEMORY, RamDevice.Memory.HEAP);
      BlockDevice delayed =
          new DelayDevice(ram, request -> Duration.ofNanos(1), (delay, work) -> work.run());
      return new HoldDevice(new FaultDevice(delayed, 1));
    }
  }
}
