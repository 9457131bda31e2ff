package org.holdfast.daemon;

import java.nio.file.Path;
import org.holdfast.config.Addresses;
import org.holdfast.config.ConfigException;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.Configuration;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is served when no configuration is given: one thin disk in the state directory, open to
 * anybody on this machine and to nobody else.
 */
public final class EmbeddedDefault {
  public static final String TARGET = "iqn.2026-11.org.holdfast:demo";

  /** Bytes of the disk; the file is sparse. */
  public static final long SIZE = 1L << 30;

  private EmbeddedDefault() {}

  /**
   * The configuration as a file would have it.
   *
   * @param directory where the disk's file is kept
   */
  public static ObjectNode document(Path directory) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document
        .putArray("storage_objects")
        .addObject()
        .put("plugin", "fileio")
        .put("name", "demo")
        .put("dev", directory.resolve("demo.img").toAbsolutePath().toString())
        .put("size", Math.toIntExact(SIZE))
        .put("create", true);
    ObjectNode target = document.putArray("targets").addObject();
    target.put("fabric", "iscsi").put("wwn", TARGET);
    ObjectNode group = target.putArray("tpgs").addObject();
    group.put("tag", 1).put("enable", true);
    group.putObject("attributes").put("generate_node_acls", 1).put("demo_mode_write_protect", 0);
    group
        .putArray("luns")
        .addObject()
        .put("index", 0)
        .put("storage_object", "/backstores/fileio/demo");
    group
        .putArray("portals")
        .addObject()
        .put("ip_address", "127.0.0.1")
        .put("port", Addresses.DEFAULT_PORT);
    return document;
  }

  /** What {@link #document} comes to. */
  public static Configuration configuration(Path directory) {
    try {
      return ConfigReader.check(document(directory), "what is served without a configuration")
          .configuration();
    } catch (ConfigException e) {
      throw new IllegalStateException("what is built in fits", e);
    }
  }
}
