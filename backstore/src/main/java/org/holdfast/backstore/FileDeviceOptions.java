package org.holdfast.backstore;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a file or block device node is to be opened.
 *
 * @param path the regular file or block device node; links are followed
 * @param blockSize logical block size in bytes, 512 or 4096
 * @param cache when a write is answered
 * @param buffering whether data goes through the page cache
 * @param access whether writes are accepted
 * @param provisioning whether UNMAP is taken
 * @param creation make the file when it is not there; empty: it must exist
 * @param inline what may run on the submitter's thread
 * @param threads I/O threads of this device, at least 1
 * @param queueDepth requests that may wait for a thread before QUEUE_FULL, at least 1
 */
public record FileDeviceOptions(
    Path path,
    int blockSize,
    CacheMode cache,
    Buffering buffering,
    Access access,
    Provisioning provisioning,
    Optional<Creation> creation,
    InlineIo inline,
    int threads,
    int queueDepth) {
  /**
   * All that 32 nexuses with 128 commands each can ask of one device. Whoever waits costs its place
   * here; its data has memory that is bounded elsewhere.
   */
  private static final int QUEUE_DEPTH = 4096;

  /** Where data goes on its way. */
  public enum Buffering {
    /** Through the page cache of the operating system. */
    PAGE_CACHE,
    /** Past it (O_DIRECT). The device must be able to, at the size of its logical blocks. */
    DIRECT
  }

  /** Whether the device takes writes. */
  public enum Access {
    READ_WRITE,
    READ_ONLY
  }

  /** Whether blocks can be unmapped. */
  public enum Provisioning {
    /** Yes, where the file system or the disk can give space back and then reads zeros. */
    THIN_WHERE_POSSIBLE,
    /** No: every block is mapped. */
    THICK
  }

  /** Whether a new file's space is taken at once. */
  public enum Allocation {
    /** Sparse: blocks are taken as they are written. */
    THIN,
    /** Space for all of it, so that later writes do not run out; UNMAP still gives space back. */
    FULL
  }

  /**
   * A file to be made.
   *
   * @param size bytes, a multiple of the block size; an existing file must have exactly this size
   */
  public record Creation(long size, Allocation allocation) {}

  public FileDeviceOptions {
    if (blockSize != 512 && blockSize != 4096) {
      throw new IllegalArgumentException("logical block size is 512 or 4096, not " + blockSize);
    }
    if (threads < 1 || queueDepth < 1) {
      throw new IllegalArgumentException("a device needs a thread and a queue");
    }
  }

  /** An existing device: 512-byte blocks, write-through, read-write, four threads. */
  public static FileDeviceOptions existing(Path path) {
    return new FileDeviceOptions(
        path,
        512,
        CacheMode.WRITE_THROUGH,
        Buffering.PAGE_CACHE,
        Access.READ_WRITE,
        Provisioning.THIN_WHERE_POSSIBLE,
        Optional.empty(),
        InlineIo.READS_AND_CACHED_WRITES,
        4,
        QUEUE_DEPTH);
  }

  public FileDeviceOptions withBlockSize(int bytes) {
    return new FileDeviceOptions(
        path, bytes, cache, buffering, access, provisioning, creation, inline, threads, queueDepth);
  }

  public FileDeviceOptions withCache(CacheMode mode) {
    return new FileDeviceOptions(
        path,
        blockSize,
        mode,
        buffering,
        access,
        provisioning,
        creation,
        inline,
        threads,
        queueDepth);
  }

  public FileDeviceOptions withBuffering(Buffering wanted) {
    return new FileDeviceOptions(
        path,
        blockSize,
        cache,
        wanted,
        access,
        provisioning,
        creation,
        inline,
        threads,
        queueDepth);
  }

  public FileDeviceOptions withAccess(Access wanted) {
    return new FileDeviceOptions(
        path,
        blockSize,
        cache,
        buffering,
        wanted,
        provisioning,
        creation,
        inline,
        threads,
        queueDepth);
  }

  public FileDeviceOptions withProvisioning(Provisioning wanted) {
    return new FileDeviceOptions(
        path, blockSize, cache, buffering, access, wanted, creation, inline, threads, queueDepth);
  }

  /** Makes the file when it is not there, with {@code size} bytes. */
  public FileDeviceOptions creating(long size, Allocation allocation) {
    return new FileDeviceOptions(
        path,
        blockSize,
        cache,
        buffering,
        access,
        provisioning,
        Optional.of(new Creation(size, allocation)),
        inline,
        threads,
        queueDepth);
  }

  public FileDeviceOptions withInline(InlineIo what) {
    return new FileDeviceOptions(
        path,
        blockSize,
        cache,
        buffering,
        access,
        provisioning,
        creation,
        what,
        threads,
        queueDepth);
  }

  public FileDeviceOptions withQueue(int threadCount, int depth) {
    return new FileDeviceOptions(
        path,
        blockSize,
        cache,
        buffering,
        access,
        provisioning,
        creation,
        inline,
        threadCount,
        depth);
  }
}
