package org.holdfast.vms;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/**
 * A disk under a daemon whose power can be cut: then what was written but not made stable is gone,
 * all of it or some sectors. It is {@code power-cut.c} of the test resources, preloaded into the
 * daemon. Small disks only: every fsync compares them whole.
 *
 * <p>The end of a process alone loses nothing of what it has written, which is why a test that only
 * kills cannot tell whether fsync came before the answer.
 *
 * @param library the compiled one
 * @param disk what the daemon writes to: file or block device
 * @param stable what of it is on stable storage
 */
record PowerCut(Path library, Path disk, Path stable) {
  private static final int SECTOR = 512;

  /**
   * Compiles the library; what is on the disk now is stable.
   *
   * @param disk exists, and no daemon writes to it yet
   */
  static PowerCut under(Path disk, Path directory) throws IOException {
    Path stable = directory.resolve("stable-storage");
    Files.write(stable, Files.readAllBytes(disk));
    return new PowerCut(
        Preload.compiled("power-cut", directory).library(), disk.toRealPath(), stable);
  }

  /**
   * For the daemon whose disk it is.
   *
   * @param sync how long it takes to make anything stable
   */
  Map<String, String> environment(Duration sync) {
    return Map.of(
        "LD_PRELOAD",
        library.toString(),
        "HOLDFAST_POWER_DISK",
        disk.toString(),
        "HOLDFAST_POWER_STABLE",
        stable.toString(),
        "HOLDFAST_POWER_MICROSECONDS",
        Long.toString(sync.toNanos() / 1000));
  }

  /** What initiators read as long as the power is on. */
  byte[] cached() throws IOException {
    return Files.readAllBytes(disk);
  }

  /** What is certain to be there after a power cut. */
  byte[] kept() throws IOException {
    return Files.readAllBytes(stable);
  }

  /**
   * Takes from the disk what was not stable, while no daemon runs on it. In one cut of two some
   * sectors are left: a disk writes its cache back in whatever order it likes.
   */
  void cut(Random random) throws IOException {
    byte[] left = kept();
    byte[] written = cached();
    boolean all = random.nextBoolean();
    for (int at = 0; at < left.length; at += SECTOR) {
      if (!all && random.nextBoolean()) {
        System.arraycopy(written, at, left, at, SECTOR);
      }
    }
    if (!Arrays.equals(left, written)) {
      overwrite(disk, left);
    }
    overwrite(stable, left);
  }

  private static void overwrite(Path file, byte... content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest, rest.position());
      }
    }
  }
}
