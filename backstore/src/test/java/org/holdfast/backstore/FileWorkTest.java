package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which way {@link FileWork} takes when the system can, cannot or fails. */
class FileWorkTest {
  private static final int SIZE = 1 << 20;

  private final ScriptedIo io = new ScriptedIo(SIZE);
  private final ScriptedRanges ranges = new ScriptedRanges();
  private final FileDevice device = device(/* writeCache= */ false, /* thin= */ true);

  private FileDevice device(boolean writeCache, boolean thin) {
    return new FileDevice(
        io.opened(ranges, () -> ranges.calls.add("released")),
        new DeviceProfile(512, SIZE / 512, 0, writeCache, /* readOnly= */ false, thin),
        InlineIo.NONE,
        new IoThreads("disk", 1, 4));
  }

  @AfterEach
  void close() {
    device.close();
  }

  private static IoRequest zeroes(boolean mayUnmap) {
    return new IoRequest.WriteZeroes(0, 4096, mayUnmap, /* fua= */ false);
  }

  @Test
  void unmapPunchesAndMakesTheHoleStable() {
    assertThat(Io.run(device, new IoRequest.Unmap(0, 4096))).isEqualTo(IoResult.DONE);
    assertThat(ranges.calls).containsExactly("deallocate");
    assertThat(io.calls).containsExactly("force");
  }

  @Test
  void withAWriteCacheUnmapWaitsForNothing() {
    try (FileDevice cached = device(/* writeCache= */ true, /* thin= */ true)) {
      assertThat(Io.run(cached, new IoRequest.Unmap(0, 4096))).isEqualTo(IoResult.DONE);
      assertThat(io.calls).isEmpty();
    }
  }

  @Test
  void zeroesKeepTheirSpaceUnlessTheyMayBeUnmapped() {
    assertThat(Io.run(device, zeroes(false))).isEqualTo(IoResult.DONE);
    assertThat(ranges.calls).containsExactly("zero");
    ranges.calls.clear();
    assertThat(Io.run(device, zeroes(true))).isEqualTo(IoResult.DONE);
    assertThat(ranges.calls).containsExactly("deallocate");
  }

  @Test
  void whatTheSystemCannotIsWritten() {
    Io.write(device, 0, Io.bytes(8192, 5));
    ranges.onDeallocate = () -> false;
    ranges.onZero = () -> false;
    io.calls.clear();
    assertThat(Io.run(device, zeroes(true))).isEqualTo(IoResult.DONE);
    assertThat(ranges.calls).containsExactly("deallocate", "zero");
    assertThat(io.calls).containsExactly("write", "force");
    assertThat(Io.read(device, 0, 4096)).containsOnly(0);
    assertThat(Io.read(device, 4096, 4096)).containsOnly(5);
    assertThat(Io.run(device, new IoRequest.Unmap(4096, 4096))).isEqualTo(IoResult.DONE);
    assertThat(Io.read(device, 4096, 4096)).containsOnly(0);
  }

  @Test
  void aFaultIsNoReasonToTryAnotherWay() {
    ranges.onZero =
        () -> {
          throw new IOException(Errno.ENOSPC.text());
        };
    Io.failure(Io.run(device, zeroes(false)), DeviceFault.NO_SPACE);
    assertThat(io.calls).isEmpty();
    ranges.onDeallocate =
        () -> {
          throw new IOException("Input/output error");
        };
    Io.failure(Io.run(device, new IoRequest.Unmap(0, 512)), DeviceFault.WRITE_ERROR);
    assertThat(ranges.calls).containsExactly("zero", "deallocate");
  }

  @Test
  void emptyRangesAreNoBusinessOfTheSystem() {
    assertThat(Io.run(device, new IoRequest.Unmap(0, 0))).isEqualTo(IoResult.DONE);
    assertThat(Io.run(device, new IoRequest.WriteZeroes(512, 0, true, false)))
        .isEqualTo(IoResult.DONE);
    assertThat(Io.run(device, new IoRequest.CopyFrom(device, 0, 512, 0))).isEqualTo(IoResult.DONE);
    assertThat(ranges.calls).isEmpty();
  }

  @Test
  void aCopyIsStableBeforeItIsAnswered() {
    assertThat(Io.run(device, new IoRequest.CopyFrom(device, 0, 8192, 4096)))
        .isEqualTo(IoResult.DONE);
    assertThat(ranges.calls).containsExactly("copy");
    assertThat(io.calls).containsExactly("force");
  }

  @Test
  void aCopyThatIsNotSupportedHasNoSideEffects() {
    ranges.onCopy = () -> false;
    Io.failure(
        Io.run(device, new IoRequest.CopyFrom(device, 0, 8192, 4096)), DeviceFault.NOT_SUPPORTED);
    // Overlapping ranges, and a source that is no file, are not even asked about.
    Io.failure(
        Io.run(device, new IoRequest.CopyFrom(device, 0, 512, 1024)), DeviceFault.NOT_SUPPORTED);
    assertThat(ranges.calls).containsExactly("copy");
    assertThat(io.calls).isEmpty();
  }

  @Test
  void aCopyFromADeviceThatIsClosedOrTooSmall() {
    FileDevice other = device(/* writeCache= */ true, /* thin= */ true);
    Io.failure(
        Io.run(device, new IoRequest.CopyFrom(other, SIZE, 0, 512)), DeviceFault.OUT_OF_RANGE);
    other.close();
    Io.failure(Io.run(device, new IoRequest.CopyFrom(other, 0, 0, 512)), DeviceFault.NOT_READY);
  }

  @Test
  void aThickDeviceHasNoUnmappedBlocks() {
    try (FileDevice thick = device(/* writeCache= */ true, /* thin= */ false)) {
      Io.failure(Io.run(thick, new IoRequest.Unmap(0, 512)), DeviceFault.WRITE_ERROR);
      assertThat(Io.run(thick, new IoRequest.FindExtents(512, 1024)))
          .isEqualTo(new IoResult.Extents(NoRanges.allMapped(512, 1024)));
      assertThat(ranges.calls).isEmpty();
    }
  }

  @Test
  void theDescriptorWithoutTheLockIsClosedLast() {
    io.onClose = () -> ranges.calls.add("channel");
    device.close();
    assertThat(ranges.calls).containsExactly("channel", "close", "released");
  }
}
