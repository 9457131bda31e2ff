package org.holdfast.backstore.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel says of a block device: ioctls of linux/fs.h, and the request queue's limits in
 * sysfs.
 *
 * @param logicalBlock bytes: the smallest unit that the disk reads and writes
 * @param physicalBlock bytes: the smallest unit that it writes without reading first
 * @param alignment bytes from the start to the first physical block; -1: physical blocks do not
 *     fall on logical ones
 * @param discardGranularity bytes that are deallocated together; 0: the disk cannot deallocate
 * @param zeroesMax most bytes that the disk zeroes by one command; 0: it cannot without data
 */
public record DiskGeometry(
    int logicalBlock, int physicalBlock, int alignment, long discardGranularity, long zeroesMax) {
  private static final long BLKSSZGET = 0x1268;
  private static final long BLKALIGNOFF = 0x127A;
  private static final long BLKPBSZGET = 0x127B;
  private static final MethodHandle IOCTL =
      CLibrary.function(
          "ioctl",
          2,
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS));

  /**
   * Asks.
   *
   * @param number device number as {@code major:minor}
   */
  public static DiskGeometry of(OsFile disk, String number) throws IOException {
    Path queue = queue(Path.of("/sys/dev/block", number));
    long discardMax = limit(queue, "discard_max_bytes");
    return new DiskGeometry(
        ask(disk, BLKSSZGET),
        ask(disk, BLKPBSZGET),
        ask(disk, BLKALIGNOFF),
        discardMax == 0 ? 0 : Math.max(1, limit(queue, "discard_granularity")),
        limit(queue, "write_zeroes_max_bytes"));
  }

  private static int ask(OsFile disk, long request) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(ValueLayout.JAVA_INT);
      CLibrary.call(
          "ioctl 0x" + Long.toHexString(request),
          state -> (int) IOCTL.invokeExact(state, disk.descriptor(), request, answer));
      return answer.get(ValueLayout.JAVA_INT, 0);
    }
  }

  /** A partition has no queue of its own: that of its disk. */
  private static Path queue(Path device) throws IOException {
    Path own = device.resolve("queue");
    return Files.isDirectory(own) || !Files.exists(device)
        ? own
        : device.toRealPath().resolveSibling("queue");
  }

  /** 0 where the kernel does not say, as with sysfs not mounted. */
  private static long limit(Path queue, String name) throws IOException {
    Path file = queue.resolve(name);
    return Files.exists(file)
        ? Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII).strip())
        : 0;
  }
}
