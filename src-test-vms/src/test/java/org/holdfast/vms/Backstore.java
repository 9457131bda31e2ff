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
  FILE_WRITE_THROUGH("fileio", /* writeCache= */ false),
  FILE_WRITE_BACK("fileio", /* writeCache= */ true),
  /** A loop device over a file. */
  BLOCK_WRITE_THROUGH("block", /* writeCache= */ false),
  BLOCK_WRITE_BACK("block", /* writeCache= */ true),
  RAM_DISK("ramdisk", /* writeCache= */ false);

  private static final String CONFIGURATION =
      """
      {
        "storage_objects": [
          {"plugin": "PLUGIN", "name": "disk", WHERE}
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
  private final boolean writeCache;

  Backstore(String plugin, boolean writeCache) {
    this.plugin = plugin;
    this.writeCache = writeCache;
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
          kind.outlivesTheDaemon()
              ? "\"dev\": \"%s\", \"write_back\": %b".formatted(path(), kind.writeCache)
              : "\"size\": " + bytes;
      String configuration = CONFIGURATION.replace("PLUGIN", kind.plugin).replace("WHERE", where);
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
