package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.holdfast.backstore.BackstoreException.Reason;
import org.holdfast.backstore.FileDeviceOptions.Access;
import org.holdfast.backstore.FileDeviceOptions.Allocation;
import org.holdfast.backstore.FileDeviceOptions.Buffering;
import org.holdfast.backstore.linux.CachedRead;
import org.holdfast.backstore.linux.OsFile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mode that bypasses the page cache: that it does, what it promises, where it is refused. */
class DirectIoTest {
  private static final int SIZE = 2 << 20;
  private static final int EAGAIN = 11;

  @TempDir Path directory;

  /** Skips where the temporary directory's file system cannot. */
  static FileDevice openOrSkip(FileDeviceOptions options) throws BackstoreException {
    try {
      return FileDevice.open(options.withBuffering(Buffering.DIRECT), new DeviceRegistry());
    } catch (BackstoreException e) {
      return e.reason() == Reason.UNSUPPORTED ? abort(e.getMessage()) : rethrow(e);
    }
  }

  private static FileDevice rethrow(BackstoreException e) throws BackstoreException {
    throw e;
  }

  private FileDeviceOptions options() {
    return FileDeviceOptions.existing(directory.resolve("disk")).creating(SIZE, Allocation.FULL);
  }

  private static BackstoreException refusal(FileDeviceOptions options) {
    BackstoreException e =
        catchThrowableOfType(
            BackstoreException.class,
            () ->
                FileDevice.open(options.withBuffering(Buffering.DIRECT), new DeviceRegistry())
                    .close());
    assertThat(e).isNotNull();
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.UNSUPPORTED);
    return e;
  }

  @Test
  void dataGoesPastThePageCacheWhateverMemoryItIsIn() throws Exception {
    byte[] data = new byte[300 << 10];
    new Random(1).nextBytes(data);
    ByteBuffer unaligned = ByteBuffer.allocateDirect(data.length + 8192).alignedSlice(4096);
    unaligned.position(1).limit(1 + data.length);
    unaligned.put(1, data);
    ByteBuffer aligned = ByteBuffer.allocateDirect(512 << 10).alignedSlice(4096).limit(4096);
    aligned.put(0, data, 0, 4096);
    try (FileDevice device = openOrSkip(options())) {
      PageCacheTest.evict(directory.resolve("disk"));
      assertThat(Io.run(device, new IoRequest.Write(0, unaligned, false))).isEqualTo(IoResult.DONE);
      assertThat(Io.write(device, 512 << 10, data)).isEqualTo(IoResult.DONE);
      assertThat(Io.run(device, new IoRequest.Write(1 << 20, aligned, false)))
          .isEqualTo(IoResult.DONE);
      assertThat(unaligned.hasRemaining() || aligned.hasRemaining()).isFalse();
      ByteBuffer back = ByteBuffer.allocateDirect(data.length + 1).position(1);
      assertThat(Io.run(device, new IoRequest.Read(512 << 10, back))).isEqualTo(IoResult.DONE);
      assertThat(back.position(1)).isEqualTo(ByteBuffer.wrap(data));
      assertThat(Io.read(device, 0, data.length)).isEqualTo(data);
      assertThat(Io.run(device, new IoRequest.Read(1 << 20, aligned.position(0))))
          .isEqualTo(IoResult.DONE);
      assertThat(aligned.flip()).isEqualTo(ByteBuffer.wrap(data, 0, 4096));
      try (OsFile file = OsFile.open(directory.resolve("disk"), OsFile.Mode.READ)) {
        for (long at : new long[] {0, 128 << 10, 512 << 10, 768 << 10, 1 << 20}) {
          int got = CachedRead.read(file, ByteBuffer.allocateDirect(4096), at);
          assumeTrue(got == -EAGAIN || got >= 0, "this file system has no RWF_NOWAIT");
          assertThat(got).as("in the page cache at byte %d", at).isEqualTo(-EAGAIN);
        }
      }
    }
    byte[] file = Files.readAllBytes(directory.resolve("disk"));
    assertThat(ByteBuffer.wrap(file, 512 << 10, data.length)).isEqualTo(ByteBuffer.wrap(data));
  }

  /** GOOD means stable, as the administrator of a disk without cache expects. */
  @Test
  void itHasNoWriteCacheUnlessThatIsAskedForToo() throws Exception {
    try (FileDevice device = openOrSkip(options())) {
      assertThat(device.profile().writeCache()).isFalse();
    }
    try (FileDevice device = openOrSkip(options().withCache(CacheMode.WRITE_BACK))) {
      assertThat(device.profile().writeCache()).isTrue();
    }
  }

  @Test
  void aReaderNeedsNoPermissionToWrite() throws Exception {
    openOrSkip(options()).close();
    try (FileDevice device =
        openOrSkip(
            FileDeviceOptions.existing(directory.resolve("disk")).withAccess(Access.READ_ONLY))) {
      assertThat(Io.read(device, 512, 1024)).containsOnly(0);
    }
  }

  @Test
  void itIsOneOwnersAlone() throws Exception {
    try (FileDevice device = openOrSkip(options())) {
      assertThat(device.ready()).isTrue();
      try (FileOpenTest.OtherProcess other =
          new FileOpenTest.OtherProcess(directory.resolve("disk"))) {
        assertThat(other.said()).isEqualTo("refused");
      }
    }
  }

  @Test
  void aFileInMemoryHasNoDiskToGoTo() throws Exception {
    Path shared = Path.of("/dev/shm");
    assumeTrue(
        Files.isWritable(shared) && Files.getFileStore(shared).type().equals("tmpfs"),
        "/dev/shm is no tmpfs here");
    Path memory = Files.createTempFile(shared, "holdfast", null);
    try {
      FileDeviceOptions inMemory =
          FileDeviceOptions.existing(memory).creating(SIZE, Allocation.THIN);
      assertThat(refusal(inMemory))
          .hasMessageContainingAll(memory.toString(), "keeps it in memory");
      // Nothing is left open or locked.
      FileDevice.open(inMemory, new DeviceRegistry()).close();
    } finally {
      Files.delete(memory);
    }
  }

  /** 512-byte blocks on a 4096-byte disk would need a neighbour's bytes read and written back. */
  @Test
  void blocksThatShareAUnitOfTheDiskAreRefused() throws Exception {
    LoopDevice loop = LoopDevice.ofSize(directory.resolve("backing"), SIZE, 4096);
    try {
      Path mountPoint = Files.createDirectory(directory.resolve("mnt"));
      run("mkfs.ext4", "-q", "-b", "4096", loop.node().toString());
      run("mount", loop.node().toString(), mountPoint.toString());
      try {
        FileDeviceOptions there =
            FileDeviceOptions.existing(mountPoint.resolve("disk")).creating(65536, Allocation.FULL);
        assertThat(refusal(there)).hasMessageContainingAll("4096", "512", "block_size");
        FileDevice.open(
                there.withBlockSize(4096).withBuffering(Buffering.DIRECT), new DeviceRegistry())
            .close();
      } finally {
        run("umount", mountPoint.toString());
      }
    } finally {
      loop.detach();
    }
  }

  private static void run(String... command) throws Exception {
    assumeTrue(
        new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0,
        () -> "cannot be done here: " + String.join(" ", command));
  }
}
