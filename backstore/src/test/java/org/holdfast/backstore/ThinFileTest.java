package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.holdfast.backstore.FileDeviceOptions.Access;
import org.holdfast.backstore.FileDeviceOptions.Allocation;
import org.holdfast.backstore.FileDeviceOptions.Provisioning;
import org.holdfast.backstore.linux.AllocatedBytes;
import org.holdfast.backstore.linux.CLibrary;
import org.holdfast.backstore.linux.OsFile;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.IoResult.Extent;
import org.holdfast.scsi.SpaceUsage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files with holes, on whatever file system the tests run. */
class ThinFileTest {
  private static final int MIB = 1 << 20;
  private static final int SIZE = 4 * MIB;

  @TempDir Path directory;
  private final DeviceRegistry registry = new DeviceRegistry();

  @BeforeEach
  void onLinux() {
    assumeTrue(CLibrary.isLinux(), "holes are for Linux");
  }

  private FileDeviceOptions options(String name, Allocation allocation) {
    return FileDeviceOptions.existing(directory.resolve(name)).creating(SIZE, allocation);
  }

  private FileDevice thin(String name) throws BackstoreException {
    FileDevice device = FileDevice.open(options(name, Allocation.THIN), registry);
    if (!device.profile().thin()) {
      device.close();
      assumeTrue(false, "the file system of " + directory + " cannot punch holes");
    }
    return device;
  }

  private long allocated(String name) throws IOException {
    try (OsFile file = OsFile.open(directory.resolve(name), OsFile.Mode.READ)) {
      return AllocatedBytes.of(file);
    }
  }

  private static List<Extent> extents(FileDevice device, long offset, long length) {
    return ((IoResult.Extents) Io.run(device, new IoRequest.FindExtents(offset, length))).extents();
  }

  @Test
  void unmapGivesSpaceBackAndTheExtentsShowIt() throws Exception {
    try (FileDevice device = thin("disk")) {
      assertThat(extents(device, 0, SIZE)).containsExactly(new Extent(0, SIZE, false));
      Io.write(device, 0, Io.bytes(2 * MIB, 7));
      assertThat(Io.run(device, new IoRequest.Unmap(MIB, MIB))).isEqualTo(IoResult.DONE);
      assertThat(extents(device, 0, SIZE))
          .containsExactly(new Extent(0, MIB, true), new Extent(MIB, 3L * MIB, false));
      assertThat(extents(device, MIB - 512, 1024))
          .containsExactly(new Extent(MIB - 512, 512, true), new Extent(MIB, 512, false));
    }
    assertThat(allocated("disk")).isBetween((long) MIB, 3L * MIB / 2);
  }

  @Test
  void lessThanABlockOfTheFileSystemReadsAsZerosAndStaysMapped() throws Exception {
    try (FileDevice device = thin("disk")) {
      int granularity = device.profile().unmapGranularity() * device.profile().blockSize();
      assumeTrue(granularity > 512, "the file system has blocks of 512 bytes");
      Io.write(device, 0, Io.bytes(granularity, 7));
      Io.run(device, new IoRequest.Unmap(0, 512));
      assertThat(Io.read(device, 0, 512)).containsOnly(0);
      assertThat(Io.read(device, 512, granularity - 512)).containsOnly(7);
      assertThat(extents(device, 0, granularity)).containsExactly(new Extent(0, granularity, true));
    }
  }

  @Test
  void zeroesKeepTheirSpaceUnlessTheyMayBeUnmapped() throws Exception {
    try (FileDevice device = thin("disk")) {
      Io.write(device, 0, Io.bytes(2 * MIB, 7));
      Io.run(device, new IoRequest.WriteZeroes(0, MIB, /* mayUnmap= */ false, false));
      Io.run(device, new IoRequest.WriteZeroes(MIB, MIB, /* mayUnmap= */ true, false));
      assertThat(Io.read(device, 0, 2 * MIB)).containsOnly(0);
    }
    assertThat(allocated("disk")).isBetween((long) MIB, 3L * MIB / 2);
  }

  @Test
  void findingOutWhatAFileCanDoChangesNothingOfIt() throws Exception {
    byte[] content = new byte[MIB + 512];
    new Random(1).nextBytes(content);
    Path file = Files.write(directory.resolve("disk"), content);
    FileDevice.open(FileDeviceOptions.existing(file), registry).close();
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
  }

  @Test
  void aCopyKeepsHoles() throws Exception {
    byte[] data = new byte[MIB];
    new Random(2).nextBytes(data);
    try (FileDevice source = thin("source");
        FileDevice target = thin("target")) {
      Io.write(source, MIB, data);
      Io.write(target, 0, Io.bytes(SIZE, 9));
      assertThat(Io.run(target, new IoRequest.CopyFrom(source, 0, MIB, 3 * MIB)))
          .isEqualTo(IoResult.DONE);
      assertThat(Io.read(target, 0, MIB)).containsOnly(9);
      assertThat(Io.read(target, MIB, MIB)).containsOnly(0);
      assertThat(Io.read(target, 2 * MIB, MIB)).isEqualTo(data);
      assertThat(Io.read(target, 3 * MIB, MIB)).containsOnly(0);
      assertThat(extents(target, 0, SIZE))
          .containsExactly(
              new Extent(0, MIB, true),
              new Extent(MIB, MIB, false),
              new Extent(2 * MIB, MIB, true),
              new Extent(3 * MIB, MIB, false));
      // Nothing that lies on block boundaries only: odd offsets go as well.
      assertThat(Io.run(target, new IoRequest.CopyFrom(source, MIB + 512, 1024, 2048)))
          .isEqualTo(IoResult.DONE);
      assertThat(Io.read(target, 1024, 2048)).isEqualTo(Arrays.copyOfRange(data, 512, 2560));
      assertThat(Io.read(target, 512, 512)).containsOnly(9);
    }
  }

  @Test
  void aFullAllocationHasItsSpaceAndMayGiveItBack() throws Exception {
    try (FileDevice device = FileDevice.open(options("full", Allocation.FULL), registry)) {
      assertThat(allocated("full")).isGreaterThanOrEqualTo(SIZE);
      assertThat(Io.read(device, 0, SIZE)).containsOnly(0);
    }
    try (FileDevice device = thin("full")) {
      Io.run(device, new IoRequest.Unmap(0, SIZE));
    }
    assertThat(allocated("full")).isLessThan(MIB);
  }

  @Test
  void aThickOneTakesNoUnmap() throws Exception {
    FileDeviceOptions options = options("disk", Allocation.THIN);
    try (FileDevice device =
        FileDevice.open(options.withProvisioning(Provisioning.THICK), registry)) {
      assertThat(device.profile().thin()).isFalse();
      assertThat(extents(device, 0, SIZE)).containsExactly(new Extent(0, SIZE, true));
      Io.failure(Io.run(device, new IoRequest.Unmap(0, 512)), DeviceFault.WRITE_ERROR);
    }
  }

  @Test
  void whatNobodyMayWriteIsThinWhenItHasHolesAndStaysAsItIs() throws Exception {
    FileDeviceOptions options = options("disk", Allocation.THIN);
    FileDevice.open(options, registry).close();
    try (FileDevice device = FileDevice.open(options.withAccess(Access.READ_ONLY), registry)) {
      assertThat(device.profile().thin()).isTrue();
      assertThat(extents(device, 0, SIZE)).noneMatch(Extent::mapped);
      Io.failure(Io.run(device, new IoRequest.Unmap(0, 512)), DeviceFault.READ_ONLY);
    }
    Files.write(directory.resolve("dense"), new byte[SIZE]);
    FileDeviceOptions dense = options("dense", Allocation.THIN).withAccess(Access.READ_ONLY);
    try (FileDevice device = FileDevice.open(dense, registry)) {
      assertThat(device.profile().thin()).isFalse();
    }
  }

  @Test
  void theSpaceIsKnownFromTheStart() throws Exception {
    Files.write(directory.resolve("disk"), new byte[SIZE]);
    try (FileDevice device = thin("disk")) {
      SpaceUsage space = device.space();
      assertThat(space.used()).isBetween((long) SIZE, 2L * SIZE);
      assertThat(space.resolution())
          .isEqualTo((long) device.profile().unmapGranularity() * device.profile().blockSize());
      assertThat(space.available())
          .isPositive()
          .isLessThanOrEqualTo(Files.getFileStore(directory).getTotalSpace());
    }
  }

  @Test
  void theLockOutlivesEverythingThatTheDeviceDoes() throws Exception {
    try (FileDevice device = thin("disk")) {
      Io.run(device, new IoRequest.Unmap(0, SIZE));
      Io.run(device, new IoRequest.CopyFrom(device, 0, MIB, MIB));
      device.resize(2L * SIZE, FileDevice.Shrinking.REFUSED);
      try (FileOpenTest.OtherProcess other =
          new FileOpenTest.OtherProcess(directory.resolve("disk"))) {
        assertThat(other.said()).isEqualTo("refused");
      }
    }
  }
}
