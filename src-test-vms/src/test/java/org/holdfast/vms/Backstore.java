package org.holdfast.vms;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Every kind of disk and cache that a daemon serves: what data has to be safe on. */
enum Backstore {
  FILE_WRITE_THROUGH("fileio", "\"write_back\": false"),
  FILE_WRITE_BACK("fileio", "\"write_back\": true"),
  /** Past the page cache. */
  FILE_DIRECT("fileio", "\"direct\": true"),
  /** Past the page cache; what the disk itself has cached is made stable when that is asked for. */
  FILE_DIRECT_WRITE_BACK("fileio", "\"direct\": true, \"write_back\": true"),
  /** A loop device over a file. */
  BLOCK_WRITE_THROUGH("block", "\"write_back\": false"),
  BLOCK_WRITE_BACK("block", "\"write_back\": true"),
  BLOCK_DIRECT("block", "\"direct\": true"),
  BLOCK_DIRECT_WRITE_BACK("block", "\"direct\": true, \"write_back\": true"),
  RAM_DISK("ramdisk", "\"readonly\": false");

  private static final String CONFIGURATION =
      """
      {
        "storage_objects": [
          {"plugin": "PLUGIN", "name": "disk", WHERE, SETTINGS}
        ],
        "targets": [
          {
            "fabric": "iscsi",
            "wwn": "iqn.2026-11.org.holdfast:backstore",
            "tpgs": [
              {
                "tag": 1,
                "enable": true,
                "attributes": {"generate_node_acls": 1, "demo_mode_write_protect": 0},
                "luns": [{"index": 0, "storage_object": "/backstores/PLUGIN/disk"}],
                "portals": [{"ip_address": "127.0.0.1", "port": 3260}]
              }
            ]
          }
        ]
      }
      """;

  private final String plugin;
  private final String settings;

  /**
   * @param settings of the storage object in the configuration that make it this kind, as members
   *     of a JSON object
   */
  Backstore(String plugin, String settings) {
    this.plugin = plugin;
    this.settings = settings;
  }

  /** Whether a write may be answered before it is stable. */
  boolean hasWriteCache() {
    return settings.contains("\"write_back\": true");
  }

  /** Whether its data is somewhere else than in the daemon's own memory. */
  boolean outlivesTheDaemon() {
    return this != RAM_DISK;
  }

  /** Whether UNMAP gives space back in any case; on a block device that depends on it. */
  boolean thin() {
    return plugin.equals("fileio") || this == RAM_DISK;
  }

  /**
   * Makes the disk, all zeros, in an existing directory. Skips the test where that directory is in
   * memory and the disk is to bypass the page cache, which Holdfast refuses.
   */
  Disk make(long bytes, Path directory) throws IOException, InterruptedException {
    if (plugin.equals("fileio") && settings.contains("\"direct\": true")) {
      String type = Files.getFileStore(directory).type();
      assumeFalse(type.equals("tmpfs"), () -> directory + " is " + type + ", which has no disk");
    }
    Path file = directory.resolve("disk");
    try (FileChannel disk =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      disk.write(ByteBuffer.allocate(1), bytes - 1);
    }
    Optional<LoopDevice> loop =
        plugin.equals("block") ? Optional.of(LoopDevice.attach(file)) : Optional.empty();
    return new Disk(this, bytes, file, loop);
  }

  /**
   * A disk of this kind; closing it leaves the file.
   *
   * @param file where the data is, but for memory
   * @param loop the block device where there is one
   */
  record Disk(Backstore kind, long bytes, Path file, Optional<LoopDevice> loop)
      implements AutoCloseable {
    /** What a daemon opens. */
    Path path() {
      return loop.map(LoopDevice::node).orElse(file);
    }

    /** Starts a daemon on it. */
    DaemonUnderTest start(UnaryOperator<DaemonSettings> settings)
        throws IOException, InterruptedException {
      String where =
          kind.outlivesTheDaemon() ? "\"dev\": \"%s\"".formatted(path()) : "\"size\": " + bytes;
      String configuration =
          CONFIGURATION
              .replace("PLUGIN", kind.plugin)
              .replace("SETTINGS", kind.settings)
              .replace("WHERE", where);
      return DaemonUnderTest.start(
          settings.apply(DaemonSettings.embeddedDefault().withConfiguration(configuration)));
    }

    @Override
    public void close() throws IOException {
      if (loop.isPresent()) {
        loop.get().close();
      }
    }
  }
}
