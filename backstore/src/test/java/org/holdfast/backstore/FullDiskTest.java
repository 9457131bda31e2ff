package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.holdfast.backstore.BackstoreException.Reason;
import org.holdfast.backstore.FileDeviceOptions.Allocation;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real file system of 1 MiB; {@link FileDeviceTest} has the same without one. */
class FullDiskTest {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;
  private SmallFileSystem fileSystem;

  @BeforeEach
  void mount() throws Exception {
    fileSystem = SmallFileSystem.mount(directory, MIB);
  }

  @AfterEach
  void unmount() throws IOException {
    if (fileSystem != null) {
      fileSystem.close();
    }
  }

  @Test
  void aThinFileOnAFullDiskSaysNoSpaceAndGoesOnWhenThereIsSome() throws Exception {
    FileDeviceOptions options =
        FileDeviceOptions.existing(directory.resolve("disk")).creating(8 * MIB, Allocation.THIN);
    Path ballast = Files.write(directory.resolve("ballast"), new byte[MIB / 2]);
    try (FileDevice device = FileDevice.open(options, new DeviceRegistry())) {
      IoResult.Failed failed =
          Io.failure(Io.write(device, 0, Io.bytes(MIB, 7)), DeviceFault.NO_SPACE);
      assertThat(failed.detail()).contains("disk", "No space left on device");
      Io.failure(
          Io.run(device, new IoRequest.WriteZeroes(MIB, 4 * MIB, false, true)),
          DeviceFault.NO_SPACE);
      Files.delete(ballast);
      assertThat(Io.write(device, 0, Io.bytes(4096, 9))).isEqualTo(IoResult.DONE);
      assertThat(Io.read(device, 0, 4096)).containsOnly(9);
    }
  }

  @Test
  void unmapMakesRoomAgainAndTheSpaceSaysSo() throws Exception {
    FileDeviceOptions options =
        FileDeviceOptions.existing(directory.resolve("disk")).creating(8 * MIB, Allocation.THIN);
    try (FileDevice device = FileDevice.open(options, new DeviceRegistry())) {
      assertThat(device.space().used()).isZero();
      assertThat(device.space().available()).isEqualTo(MIB);
      Io.failure(Io.write(device, 0, Io.bytes(2 * MIB, 7)), DeviceFault.NO_SPACE);
      Io.failure(Io.write(device, 4 * MIB, Io.bytes(4096, 7)), DeviceFault.NO_SPACE);
      assertThat(Io.run(device, new IoRequest.Unmap(0, 8192))).isEqualTo(IoResult.DONE);
      assertThat(Io.write(device, 4 * MIB, Io.bytes(4096, 9))).isEqualTo(IoResult.DONE);
      assertThat(Io.read(device, 4 * MIB, 4096)).containsOnly(9);
      assertThat(Io.read(device, 0, 8192)).containsOnly(0);
    }
    try (FileDevice device = FileDevice.open(options, new DeviceRegistry())) {
      assertThat(device.space().used()).isEqualTo(MIB - 4096);
      assertThat(device.space().available()).isEqualTo(4096);
      assertThat(device.space().resolution()).isEqualTo(4096);
    }
  }

  @Test
  void growingAFullAllocationBeyondTheDiskIsRefused() throws Exception {
    FileDeviceOptions options =
        FileDeviceOptions.existing(directory.resolve("disk")).creating(MIB / 2, Allocation.FULL);
    try (FileDevice device = FileDevice.open(options, new DeviceRegistry())) {
      BackstoreException e =
          catchThrowableOfType(
              BackstoreException.class, () -> device.resize(8 * MIB, FileDevice.Shrinking.REFUSED));
      assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.NO_SPACE);
      assertThat(device.profile().size()).isEqualTo(MIB / 2);
      assertThat(Io.write(device, 0, Io.bytes(4096, 9))).isEqualTo(IoResult.DONE);
    }
  }

  @Test
  void aFullAllocationThatDoesNotFitIsRefusedAndLeavesNoFile() {
    FileDeviceOptions options =
        FileDeviceOptions.existing(directory.resolve("disk")).creating(8 * MIB, Allocation.FULL);
    BackstoreException e =
        catchThrowableOfType(
            BackstoreException.class, () -> FileDevice.open(options, new DeviceRegistry()).close());
    assertThat(e.reason()).isEqualTo(Reason.NO_SPACE);
    assertThat(e).hasMessageContainingAll("8388608 bytes", "smaller size");
    assertThat(options.path()).doesNotExist();
  }
}
