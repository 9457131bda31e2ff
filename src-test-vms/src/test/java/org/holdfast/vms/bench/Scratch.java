package org.holdfast.vms.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** A directory on tmpfs that goes with the benchmark, and the disk in it. */
final class Scratch implements AutoCloseable {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final long MIB = 1L << 20;
  private static final long SPARE_BYTES = 64 * MIB;
  private static final long SPARE_MEMORY = 1024 * MIB;

  private final Path directory;
  private final boolean mounted;

  private Scratch(Path directory, boolean mounted) {
    this.directory = directory;
    this.mounted = mounted;
  }

  /**
   * Makes the directory.
   *
   * @param wanted where; absent for /dev/shm, or else, as root, a tmpfs mounted for this run
   * @param bytes how much it has to hold
   */
  static Scratch create(Optional<Path> wanted, long bytes) throws IOException {
    long room = bytes + SPARE_BYTES;
    if (Proc.availableBytes() < bytes + SPARE_MEMORY) {
      throw new BenchException(
          BenchException.UNAVAILABLE,
          "the disk lies in memory: %d MiB should be available, there are %d"
              .formatted((bytes + SPARE_MEMORY) / MIB, Proc.availableBytes() / MIB));
    }
    Path place = wanted.orElse(SHARED_MEMORY);
    String lack = lack(place, room);
    if (lack.isEmpty()) {
      return new Scratch(Files.createTempDirectory(place, "holdfast-bench-"), false);
    }
    if (wanted.isPresent()) {
      throw new BenchException(BenchException.UNAVAILABLE, lack);
    }
    return mount(room, lack);
  }

  private static String lack(Path place, long room) throws IOException {
    if (!Files.isDirectory(place)) {
      return place + " is not a directory";
    }
    if (!Files.getFileStore(place).type().equals("tmpfs")) {
      return place + " is not on tmpfs but on " + Files.getFileStore(place).type();
    }
    long free = Files.getFileStore(place).getUsableSpace();
    return free >= room
        ? ""
        : "%s has %d MiB free, %d are needed".formatted(place, free / MIB, room / MIB);
  }

  private static Scratch mount(long room, String lack) throws IOException {
    Path directory = Files.createTempDirectory("holdfast-bench-");
    try {
      Commands.run("mount", "-t", "tmpfs", "-o", "size=" + room, "tmpfs", directory.toString());
      return new Scratch(directory, true);
    } catch (IOException e) {
      Files.delete(directory);
      throw new BenchException(
          BenchException.UNAVAILABLE,
          "%s, and a tmpfs of our own could not be mounted (%s); make room there, or name a tmpfs with --dir"
              .formatted(lack, e.getMessage()));
    }
  }

  /** A directory for one start of a target: configuration, state, sockets. */
  Path home(String name) throws IOException {
    return Files.createTempDirectory(directory, name + "-");
  }

  Path disk() {
    return directory.resolve("disk");
  }

  /** Writes the whole disk with bytes that do not repeat, so that no read meets a hole. */
  void fill(long bytes) throws IOException {
    fill(disk(), bytes);
  }

  /** The same for another file, of a multiple of 64 KiB. */
  static void fill(Path file, long bytes) throws IOException {
    Random random = new Random(bytes);
    byte[] chunk = new byte[(int) Math.min(bytes, MIB)];
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (long written = 0; written < bytes; written += chunk.length) {
        random.nextBytes(chunk);
        ByteBuffer left = ByteBuffer.wrap(chunk);
        while (left.hasRemaining()) {
          channel.write(left);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (mounted) {
      Commands.run("umount", directory.toString());
    } else {
      deleteContents(directory);
    }
    Files.deleteIfExists(directory);
  }

  static void deleteContents(Path directory) throws IOException {
    try (Stream<Path> entries = Files.walk(directory)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        if (!entry.equals(directory)) {
          Files.deleteIfExists(entry);
        }
      }
    }
  }
}
