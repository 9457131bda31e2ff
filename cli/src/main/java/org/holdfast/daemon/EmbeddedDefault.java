package org.holdfast.daemon;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.holdfast.config.Addresses;
import org.holdfast.config.Configuration;
import org.holdfast.config.Configuration.DemoAccess;
import org.holdfast.config.Plugin;
import org.holdfast.config.StorageObject;
import org.holdfast.pr.AptplPolicy;
import org.holdfast.scsi.UnitOptions;

/**
 * What is served when no configuration is given: one thin disk in the state directory, open to
 * anybody on this machine and to nobody else.
 */
public final class EmbeddedDefault {
  public static final String TARGET = "iqn.2026-11.org.holdfast:demo";

  /** Bytes of the disk; the file is sparse. */
  public static final long SIZE = 1L << 30;

  private static final int BLOCK_SIZE = 512;

  private EmbeddedDefault() {}

  /**
   * The configuration.
   *
   * @param directory where the disk's file is kept
   */
  public static Configuration configuration(Path directory) {
    StorageObject disk =
        new StorageObject(
            Plugin.FILEIO,
            "demo",
            Optional.of(directory.resolve("demo.img").toAbsolutePath()),
            SIZE,
            Optional.empty(),
            StorageObject.Access.WRITE_THROUGH,
            StorageObject.Buffering.PAGE_CACHE,
            BLOCK_SIZE,
            StorageObject.Provisioning.THIN_WHERE_POSSIBLE,
            StorageObject.Creation.SPARSE,
            "HOLDFAST",
            "demo",
            AptplPolicy.HONOR,
            StorageObject.Wrapping.NONE,
            UnitOptions.FIXED_DISK);
    SortedMap<Integer, String> luns = new TreeMap<>(Map.of(0, disk.backstore()));
    Configuration.PortalGroup group =
        new Configuration.PortalGroup(
            1,
            true,
            DemoAccess.READ_WRITE,
            false,
            List.of(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Addresses.DEFAULT_PORT)),
            luns,
            List.of(),
            Optional.empty(),
            Map.of());
    return new Configuration(
        List.of(disk), List.of(new Configuration.Target(TARGET, List.of(group))), Optional.empty());
  }
}
