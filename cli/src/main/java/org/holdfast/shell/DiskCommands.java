package org.holdfast.shell;

import static org.holdfast.shell.Parameter.optional;
import static org.holdfast.shell.Parameter.required;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.holdfast.config.ConfigKey;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Disks: {@code /backstores}. */
final class DiskCommands {
  private static final Parameter NAME =
      required("name", ArgumentType.NAME, "what the disk is called, unique within its plugin");
  private static final Parameter WWN =
      optional(
          "wwn",
          ArgumentType.TEXT,
          "unit serial number, unique in the world; one is made and kept");
  private static final Parameter READONLY =
      optional("readonly", ArgumentType.FLAG, "nobody may write; false");
  private static final Parameter WRITE_BACK =
      optional(
          "write_back",
          ArgumentType.FLAG,
          "writes are answered when they are in memory, so that a power cut can lose them; false:"
              + " when they are on stable storage");
  private static final Parameter DIRECT =
      optional("direct", ArgumentType.FLAG, "data bypasses the page cache; false");
  private static final Parameter BLOCK_SIZE =
      optional("block_size", ArgumentType.choice("512", "4096"), "bytes of a logical block; 512");

  static final List<Command> ALL =
      List.of(
          Command.of(
              "create",
              Set.of(Kind.FILEIO),
              "Makes a disk of a file.",
              DiskCommands::createFileio,
              NAME,
              required("file_or_dev", ArgumentType.FILE, "the file that holds the data"),
              optional("size", ArgumentType.SIZE, "of a new file, which is made; that of the file"),
              WRITE_BACK,
              optional(
                  "sparse", ArgumentType.FLAG, "a new file takes space as it is written; true"),
              WWN,
              READONLY,
              DIRECT,
              BLOCK_SIZE),
          Command.of(
              "create",
              Set.of(Kind.BLOCK),
              "Makes a disk of a block device.",
              DiskCommands::createBlock,
              NAME,
              required("dev", ArgumentType.FILE, "the device, such as /dev/disk/by-id/..."),
              READONLY,
              WWN,
              WRITE_BACK,
              DIRECT),
          Command.of(
              "create",
              Set.of(Kind.RAMDISK),
              "Makes a disk of memory; its data ends with the daemon.",
              DiskCommands::createRamdisk,
              NAME,
              required("size", ArgumentType.SIZE, "how much memory it takes"),
              WWN,
              BLOCK_SIZE),
          Command.of(
              "delete",
              Set.of(Kind.FILEIO, Kind.BLOCK, Kind.RAMDISK),
              "Takes a disk out of the configuration; the data of a file or device stays.",
              DiskCommands::delete,
              required("name", ArgumentType.CHILD, "which disk"),
              optional(
                  "force",
                  ArgumentType.FLAG,
                  "remove the LUNs that are made of it, too; false: refuse then")));

  private DiskCommands() {}

  private static void createFileio(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    Path file = shell.surroundings().file(arguments.need("file_or_dev"));
    Optional<String> size = arguments.get("size");
    if (size.isEmpty() && Files.notExists(file)) {
      throw ShellException.failed(
          "create: there is no file " + file + "; say size= to have it made, such as size=10G");
    }
    boolean device =
        Files.exists(file)
            && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && file.startsWith("/dev");
    create(
        shell,
        node,
        arguments,
        disk -> {
          disk.put(ConfigKey.SO_DEV.key(), file.toString());
          if (size.isPresent() && !device) {
            disk.put(ConfigKey.SO_CREATE.key(), true);
            if (!arguments.flag("sparse", true)) {
              disk.put(ConfigKey.SO_PREALLOCATE.key(), true);
            }
          }
        });
  }

  private static void createBlock(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    Path device = shell.surroundings().file(arguments.need("dev"));
    if (Files.notExists(device)) {
      throw ShellException.failed(
          "create: there is no device " + device + "; lsblk shows those of this machine");
    }
    create(shell, node, arguments, disk -> disk.put(ConfigKey.SO_DEV.key(), device.toString()));
  }

  private static void createRamdisk(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    create(shell, node, arguments, _ -> {});
  }

  /** Puts into a new disk what only its plugin has. */
  private interface Particulars {
    void write(ObjectNode disk);
  }

  private static void create(
      Shell shell, TreeNode node, Arguments arguments, Particulars particulars)
      throws ShellException {
    String plugin = node.name();
    String name = arguments.need("name");
    shell.change(
        "create " + plugin + "/" + name,
        document -> {
          if (document.disk(plugin, name).isPresent()) {
            throw ShellException.failed(
                "create: "
                    + node.place().child(name)
                    + " exists; choose another name, or delete it first");
          }
          ObjectNode disk = Json.list(document.root(), ConfigKey.STORAGE_OBJECTS).addObject();
          disk.put(ConfigKey.SO_PLUGIN.key(), plugin);
          disk.put(ConfigKey.SO_NAME.key(), name);
          write(disk, ConfigKey.SO_SIZE, arguments.get("size"));
          write(disk, ConfigKey.SO_WWN, arguments.get("wwn"));
          write(disk, ConfigKey.SO_WRITE_BACK, arguments.get("write_back"));
          write(disk, ConfigKey.SO_READONLY, arguments.get("readonly"));
          write(disk, ConfigKey.SO_DIRECT, arguments.get("direct"));
          particulars.write(disk);
          Optional<String> block = arguments.get("block_size");
          if (block.isPresent()) {
            Json.section(disk, ConfigKey.SO_ATTRIBUTES.key())
                .put(ConfigKey.SO_BLOCK_SIZE.key(), block.get());
          }
        });
    announce(shell, plugin, name);
    Created.go(shell, node.place().child(name));
  }

  private static void write(ObjectNode disk, ConfigKey key, Optional<String> value) {
    value.ifPresent(canonical -> Json.put(disk, key, canonical));
  }

  private static void announce(Shell shell, String plugin, String name) throws ShellException {
    Optional<JsonNode> live = Snapshot.disk(shell.get("/v1/status"), plugin, name);
    String size =
        live.map(disk -> Json.count(disk, "size"))
            .filter(bytes -> bytes > 0)
            .map(bytes -> ", " + Sizes.format(bytes))
            .orElse("");
    shell.say("Created disk " + plugin + "/" + name + size + ".");
    if (live.isPresent() && !TreeBuilder.isReady(live.get())) {
      shell.say(shell.output().paint(Output.Look.BAD, TreeBuilder.notReady(live.get())));
    }
  }

  private static void delete(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    String plugin = node.name();
    String name = arguments.need("name");
    boolean force = arguments.flag("force", false);
    Gone gone = new Gone();
    shell.change(
        "delete " + plugin + "/" + name,
        document -> {
          gone.clear();
          ObjectNode disk =
              document
                  .disk(plugin, name)
                  .orElseThrow(() -> Gone.missing("disk", node.place().child(name), node));
          List<Place> luns = document.lunsOf(plugin + "/" + name);
          if (!luns.isEmpty() && !force) {
            throw ShellException.failed(
                "delete: %s/%s is used by %s; delete that first, or add force=true to delete it, too"
                    .formatted(
                        plugin,
                        name,
                        String.join(", ", luns.stream().map(Place::toString).toList())));
          }
          for (Place lun : luns) {
            gone.lun(document, lun);
          }
          Json.remove(document.root(), ConfigKey.STORAGE_OBJECTS, disk);
          gone.add("disk " + plugin + "/" + name);
        });
    gone.announce(shell);
  }
}
