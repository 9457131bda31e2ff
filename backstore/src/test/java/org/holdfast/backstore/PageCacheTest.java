package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.holdfast.backstore.linux.CLibrary;
import org.holdfast.backstore.linux.CachedRead;
import org.holdfast.backstore.linux.OsFile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which thread reads a real file: what is in the page cache, and what is not. */
class PageCacheTest {
  private static final int SIZE = 4 << 20;
  private static final int EAGAIN = 11;

  @TempDir Path directory;

  /** On file systems where the kernel can say what is cached. */
  private Path diskFile() throws Exception {
    assumeTrue(CLibrary.isLinux(), "the call is Linux's");
    byte[] data = new byte[SIZE];
    new Random(1).nextBytes(data);
    Path file = Files.write(directory.resolve("disk"), data);
    try (OsFile open = OsFile.open(file, OsFile.Mode.READ)) {
      assumeFalse(
          CachedRead.isUnsupported(CachedRead.read(open, ByteBuffer.allocateDirect(512), 0)),
          "this file system has no RWF_NOWAIT");
    }
    return file;
  }

  /** Writes it back and drops its pages; dd asks the kernel with POSIX_FADV_DONTNEED. */
  static void evict(Path file) throws IOException, InterruptedException {
    Process sync = new ProcessBuilder("sync", file.toString()).start();
    assertThat(sync.waitFor()).isZero();
    Process dd =
        new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0", "status=none").start();
    assertThat(dd.waitFor()).isZero();
  }

  private static Thread threadOfRead(FileDevice device, ByteBuffer target) {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    device.submit(
        new IoRequest.Read(0, target),
        result -> {
          assertThat(result).isEqualTo(IoResult.DONE);
          thread.complete(Thread.currentThread());
        });
    return thread.orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Test
  void aReadWaitsForTheDiskOnTheDevicesThreadsOnly() throws Exception {
    Path file = diskFile();
    byte[] data = Files.readAllBytes(file);
    try (FileDevice device =
        FileDevice.open(FileDeviceOptions.existing(file), new DeviceRegistry())) {
      ByteBuffer target = ByteBuffer.allocateDirect(64 << 10);
      evict(file);
      assertThat(threadOfRead(device, target).getName()).startsWith("io-disk-");
      assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(data, 0, 64 << 10));
      target.clear();
      assertThat(threadOfRead(device, target)).isSameAs(Thread.currentThread());
      assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(data, 0, 64 << 10));
    }
  }

  @Test
  void theKernelSaysWhatItHasAndNoMore() throws Exception {
    Path file = diskFile();
    evict(file);
    ByteBuffer target = ByteBuffer.allocateDirect(8192);
    try (OsFile open = OsFile.open(file, OsFile.Mode.READ)) {
      assertThat(CachedRead.read(open, target, 0)).isEqualTo(-EAGAIN);
      assertThat(target.position()).isZero();
      byte[] data = Files.readAllBytes(file);
      assertThat(CachedRead.read(open, target.position(512), 1024)).isEqualTo(7680);
      assertThat(target.hasRemaining()).isFalse();
      assertThat(target.flip().position(512)).isEqualTo(ByteBuffer.wrap(data, 1024, 7680));
      assertThat(CachedRead.read(open, target.clear(), SIZE)).isZero();
    }
    OsFile closed = OsFile.open(file, OsFile.Mode.READ);
    closed.close();
    int gone = CachedRead.read(closed, target.clear(), 0);
    assertThat(gone).isNegative();
    assertThat(CachedRead.isUnsupported(gone)).isFalse();
  }

  /** There RWF_NOWAIT does not exist, and nothing waits for a disk. */
  @Test
  void aFileInMemoryIsReadAndWrittenAtOnce() throws Exception {
    assumeTrue(storeOfSharedMemory().equals("tmpfs"), "/dev/shm is no tmpfs here");
    Path memory = Files.createTempDirectory(Path.of("/dev/shm"), "holdfast");
    Path file = Files.write(memory.resolve("disk"), new byte[SIZE]);
    try (FileDevice device =
        FileDevice.open(
            FileDeviceOptions.existing(file).withCache(CacheMode.WRITE_BACK),
            new DeviceRegistry())) {
      assertThat(threadOfRead(device, ByteBuffer.allocateDirect(4096)))
          .isSameAs(Thread.currentThread());
      CompletableFuture<Thread> thread = new CompletableFuture<>();
      device.submit(Io.write(0, 4096, false), _ -> thread.complete(Thread.currentThread()));
      assertThat(thread.join()).isSameAs(Thread.currentThread());
      assertThat(Io.read(device, 0, 4096)).containsOnly(0x5A);
    } finally {
      Files.delete(file);
      Files.delete(memory);
    }
  }

  private static String storeOfSharedMemory() throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory) ? Files.getFileStore(memory).type() : "";
  }
}
