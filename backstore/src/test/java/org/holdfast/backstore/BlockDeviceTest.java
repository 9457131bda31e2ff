package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.holdfast.backstore.BackstoreException.Reason;
import org.holdfast.backstore.FileDevice.Shrinking;
import org.holdfast.backstore.FileDeviceOptions.Access;
import org.holdfast.backstore.FileDeviceOptions.Provisioning;
import org.holdfast.backstore.linux.AllocatedBytes;
import org.holdfast.backstore.linux.OsFile;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real block devices: loop devices, where the user may make them. */
class BlockDeviceTest {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;
  private LoopDevice loop;

  private FileDeviceOptions disk(int sector) throws Exception {
    loop = LoopDevice.ofSize(backing(), 4 * MIB, sector);
    return FileDeviceOptions.existing(loop.node()).withBlockSize(sector);
  }

  private Path backing() {
    return directory.resolve("backing");
  }

  private static FileDevice open(FileDeviceOptions options) throws BackstoreException {
    return FileDevice.open(options, new DeviceRegistry());
  }

  private static void refused(Reason reason, FileDeviceOptions options, String... words) {
    BackstoreException e =
        catchThrowableOfType(BackstoreException.class, () -> open(options).close());
    assertThat(e).isNotNull();
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
    assertThat(e).hasMessageStartingWith(options.path() + ": ").hasMessageContainingAll(words);
  }

  @AfterEach
  void detach() throws Exception {
    if (loop != null) {
      loop.detach();
    }
  }

  @Test
  void theKernelKeepsEverybodyElseOut() throws Exception {
    FileDeviceOptions options = disk(512);
    try (FileDevice device = open(options)) {
      assertThat(device.ready()).isTrue();
      // A registry of its own has not heard of the first.
      refused(Reason.BUSY, options, "in use", "lsblk");
    }
    try (OsFile other = OsFile.open(options.path(), OsFile.Mode.READ_WRITE_EXCLUSIVE)) {
      assertThat(other).isNotNull();
      refused(Reason.BUSY, options, "in use");
    }
    open(options).close();
  }

  @Test
  void blocksSmallerThanTheDisksAreRefused() throws Exception {
    FileDeviceOptions options = disk(4096);
    refused(Reason.BAD_SIZE, options.withBlockSize(512), "4096 bytes", "set block_size to 4096");
    try (FileDevice device = open(options)) {
      assertThat(device.profile().blockSize()).isEqualTo(4096);
      assertThat(device.profile().blocks()).isEqualTo(1024);
      assertThat(device.profile().physicalBlockExponent()).isZero();
    }
  }

  @Test
  void largerBlocksThanTheDisksAreServed() throws Exception {
    try (FileDevice device = open(disk(512).withBlockSize(4096))) {
      assertThat(device.profile().blocks()).isEqualTo(1024);
      assertThat(Io.write(device, 4096, Io.bytes(4096, 4))).isEqualTo(IoResult.DONE);
      assertThat(Io.read(device, 4096, 4096)).containsOnly(4);
    }
  }

  @Test
  void theProfileIsWhatTheKernelSays() throws Exception {
    try (FileDevice device = open(disk(512))) {
      DeviceProfile profile = device.profile();
      assertThat(1L << profile.physicalBlockExponent())
          .isEqualTo(Long.parseLong(said("blockdev", "--getpbsz")) / 512);
      assertThat(profile.alignedLba())
          .isEqualTo((int) (Long.parseLong(said("blockdev", "--getalignoff")) / 512));
      assertThat(profile.size()).isEqualTo(Long.parseLong(said("blockdev", "--getsize64")));
      String granularity = said("lsblk", "--nodeps", "--noheadings", "--bytes", "-o", "DISC-GRAN");
      assertThat(profile.thin()).isEqualTo(!granularity.equals("0"));
      if (profile.thin()) {
        assertThat(profile.unmapGranularity()).isEqualTo((int) (Long.parseLong(granularity) / 512));
      }
    }
  }

  private String said(String... command) throws IOException, InterruptedException {
    String[] whole = Arrays.copyOf(command, command.length + 1);
    whole[command.length] = loop.node().toString();
    Process process = new ProcessBuilder(whole).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return said.strip();
  }

  @Test
  void unmapReachesTheDisk() throws Exception {
    try (FileDevice device = open(disk(512))) {
      assumeTrue(device.profile().thin(), "this kernel's loop devices do not discard");
      Io.write(device, 0, Io.bytes(4 * MIB, 7));
      Io.run(device, new IoRequest.Flush());
      assertThat(allocated()).isGreaterThanOrEqualTo(4 * MIB);
      assertThat(Io.run(device, new IoRequest.Unmap(MIB, 2 * MIB))).isEqualTo(IoResult.DONE);
      assertThat(allocated()).isLessThan(3 * MIB);
      assertThat(Io.run(device, new IoRequest.WriteZeroes(0, 512, false, true)))
          .isEqualTo(IoResult.DONE);
      assertThat(Io.read(device, 0, 512)).containsOnly(0);
      assertThat(Io.read(device, 512, MIB - 512)).containsOnly(7);
      assertThat(Io.read(device, MIB, 2 * MIB)).containsOnly(0);
      assertThat(Io.read(device, 3 * MIB, MIB)).containsOnly(7);
    }
  }

  private long allocated() throws IOException {
    try (OsFile file = OsFile.open(backing(), OsFile.Mode.READ)) {
      return AllocatedBytes.of(file);
    }
  }

  @Test
  void thickOrReadOnlyTakesNoUnmap() throws Exception {
    FileDeviceOptions options = disk(512);
    try (FileDevice device = open(options.withProvisioning(Provisioning.THICK))) {
      assertThat(device.profile().thin()).isFalse();
      Io.failure(Io.run(device, new IoRequest.Unmap(0, 512)), DeviceFault.WRITE_ERROR);
      Io.write(device, 0, Io.bytes(1024, 7));
      Io.run(device, new IoRequest.WriteZeroes(0, 512, true, false));
      assertThat(Io.read(device, 0, 512)).containsOnly(0);
      assertThat(Io.read(device, 512, 512)).containsOnly(7);
    }
    try (FileDevice device = open(options.withAccess(Access.READ_ONLY))) {
      assertThat(device.profile().thin()).isFalse();
      assertThat(Io.read(device, 512, 512)).containsOnly(7);
    }
  }

  @Test
  void aDiskThatGrewIsTakenOverWhenAsked() throws Exception {
    try (FileDevice device = open(disk(512))) {
      loop.resize(backing(), 8 * MIB);
      assertThat(device.profile().size()).isEqualTo(4 * MIB);
      assertThat(device.refresh(Shrinking.REFUSED).size()).isEqualTo(8 * MIB);
      assertThat(Io.write(device, 8 * MIB - 512, Io.bytes(512, 1))).isEqualTo(IoResult.DONE);
      BackstoreException e =
          catchThrowableOfType(
              BackstoreException.class, () -> device.resize(16 * MIB, Shrinking.REFUSED));
      assertThat(e).hasMessageContaining("no file of ours");
    }
  }
}
