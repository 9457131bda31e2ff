package org.holdfast.vms;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.holdfast.vms.initiator.TargetUnderTest;

/**
 * The disks that libiscsi's suite runs against, one daemon for each. No disk has everything the
 * suite looks for: what can be written cannot be write-protected as well.
 */
enum LibiscsiShape {
  /** A sparse file with blocks of 512 bytes. */
  THIN_FILE("thin-file"),
  /** A block device: a loop device over a file. */
  BLOCK_DEVICE("block-device"),
  /** A sparse file with blocks of 4096 bytes. */
  LARGE_BLOCKS("large-blocks"),
  /** A file that nobody may write. */
  READ_ONLY("read-only"),
  /** A disk whose medium can be taken out. */
  REMOVABLE("removable"),
  /** Memory, which can promise that a write is done in full or not at all. */
  RAM_DISK("ramdisk");

  /** Small enough that READ(6), which reaches 2^21 blocks, can ask for one beyond the end. */
  private static final long SIZE = 256L << 20;

  private final String label;

  LibiscsiShape(String label) {
    this.label = label;
  }

  /** As the files of its configuration and its skips are called. */
  String label() {
    return label;
  }

  /** The lines {@code Family.Test: reason} of what this shape rules out. */
  String skips() {
    return "libiscsi/skips-" + label + ".txt";
  }

  /** Makes the disk and starts the daemon. */
  Running start() throws IOException, InterruptedException {
    return start(_ -> Map.of());
  }

  /**
   * Makes the disk and starts the daemon.
   *
   * @param environment variables for it, given the file that holds the disk
   */
  Running start(Function<Path, Map<String, String>> environment)
      throws IOException, InterruptedException {
    Path home = Files.createTempDirectory("holdfast-" + label + "-");
    Path file = home.resolve("disk");
    try (FileChannel disk =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      disk.write(ByteBuffer.allocate(1), SIZE - 1);
    }
    Optional<LoopDevice> loop =
        this == BLOCK_DEVICE ? Optional.of(LoopDevice.attach(file)) : Optional.empty();
    Path device = loop.map(LoopDevice::node).orElse(file);
    String configuration = read().replace("@DEVICE@", device.toString());
    return new Running(
        DaemonUnderTest.start(
            DaemonSettings.embeddedDefault()
                .withConfiguration(configuration)
                .withEnvironment(environment.apply(file))),
        loop,
        file);
  }

  private String read() throws IOException {
    String resource = "configurations/libiscsi-" + label + ".json";
    try (InputStream in = LibiscsiShape.class.getClassLoader().getResourceAsStream(resource)) {
      return new String(
          Optional.ofNullable(in)
              .orElseThrow(() -> new IOException("no configuration " + resource))
              .readAllBytes(),
          StandardCharsets.UTF_8);
    }
  }

  /**
   * A daemon with a disk of this shape.
   *
   * @param loop the block device where there is one
   * @param file where the data is
   */
  record Running(DaemonUnderTest daemon, Optional<LoopDevice> loop, Path file)
      implements AutoCloseable {
    TargetUnderTest target() {
      return daemon.target();
    }

    @Override
    public void close() throws IOException {
      daemon.close();
      if (loop.isPresent()) {
        loop.get().close();
      }
      Files.delete(file);
      Files.delete(file.getParent());
    }
  }
}
