package org.holdfast.vms;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Every kind of disk and cache that a daemon serves: what data has to be safe on. */
enum Backstore {
  FILE_WRITE_THROUGH("fileio", "write_back", "false"),
  FILE_WRITE_BACK("fileio", "write_back", "true"),
  /** A loop device over a file. */
  BLOCK_WRITE_THROUGH("block", "write_back", "false"),
  BLOCK_WRITE_BACK("block", "write_back", "true"),
  RAM_DISK("ramdisk", "readonly", "false");

  private static final String CONFIGURATION =
      """
      {
        "storage_objects": [
          {"plugin": "PLUGIN", "name": "disk", WHERE, "KEY": VALUE}
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
  private final String key;
  private final String value;

  /**
   * @param key of the storage object in the configuration that makes it this kind
   * @param value that it has, as JSON
   */
  Backstore(String plugin, String key, String value) {
    this.plugin = plugin;
    this.key = key;
    this.value = value;
  }

  /** Whether its data is somewhere else than in the daemon's own memory. */
  boolean outlivesTheDaemon() {
    return this != RAM_DISK;
  }

  /** Whether UNMAP gives space back in any case; on a block device that depends on it. */
  boolean thin() {
    return plugin.equals("fileio") || this == RAM_DISK;
  }

  /** Makes the disk, all zeros, in an existing directory. */
  Disk make(long bytes, Path directory) throws IOException, InterruptedException {
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
              .replace("KEY", kind.key)
              .replace("VALUE", kind.value)
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
