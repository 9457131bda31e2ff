package org.holdfast.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.holdfast.config.Configuration.DemoAccess;
import org.holdfast.config.Configuration.MappedLun;
import org.holdfast.config.Configuration.NodeAcl;
import org.holdfast.config.Configuration.PortalGroup;
import org.holdfast.config.Configuration.Target;
import org.holdfast.iscsi.login.KeyTable;
import org.holdfast.pr.AptplPolicy;
import org.holdfast.scsi.UnitOptions;
import tools.jackson.databind.JsonNode;

/** Turns a file that passed every check into the model. */
final class ModelBuilder {
  private static final int PRODUCT_LENGTH = 16;

  private ModelBuilder() {}

  static Configuration build(ConfigCursor root) {
    return new Configuration(
        root.list(ConfigKey.STORAGE_OBJECTS).stream().map(ModelBuilder::storageObject).toList(),
        root.targets().stream().map(ModelBuilder::target).toList(),
        checkedChap().discovery(root));
  }

  private static StorageObject storageObject(ConfigCursor disk) {
    ConfigCursor attributes = disk.section(ConfigKey.SO_ATTRIBUTES);
    Plugin plugin = Plugin.valueOf(need(disk, ConfigKey.SO_PLUGIN).toUpperCase(Locale.ROOT));
    String name = need(disk, ConfigKey.SO_NAME);
    StorageObject.Access access;
    if (disk.flag(ConfigKey.SO_READONLY)) {
      access = StorageObject.Access.READ_ONLY;
    } else if (disk.flag(ConfigKey.SO_WRITE_BACK)) {
      access = StorageObject.Access.WRITE_BACK;
    } else {
      access = StorageObject.Access.WRITE_THROUGH;
    }
    int blockSize =
        Integer.parseInt(
            attributes.text(ConfigKey.SO_BLOCK_SIZE).orElse(ConfigKey.SO_BLOCK_SIZE.fallback()));
    return new StorageObject(
        plugin,
        name,
        plugin == Plugin.RAMDISK
            ? Optional.empty()
            : Optional.of(Path.of(need(disk, ConfigKey.SO_DEV))),
        disk.whole(ConfigKey.SO_SIZE).orElse(0L),
        disk.text(ConfigKey.SO_WWN),
        access,
        disk.flag(ConfigKey.SO_DIRECT)
            ? StorageObject.Buffering.DIRECT
            : StorageObject.Buffering.PAGE_CACHE,
        blockSize,
        attributes.flag(ConfigKey.SO_EMULATE_TPU)
            ? StorageObject.Provisioning.THIN_WHERE_POSSIBLE
            : StorageObject.Provisioning.THICK,
        creation(disk),
        disk.text(ConfigKey.SO_VENDOR).orElse(ConfigKey.SO_VENDOR.fallback()),
        disk.text(ConfigKey.SO_PRODUCT)
            .orElse(name.substring(0, Math.min(name.length(), PRODUCT_LENGTH))),
        aptpl(disk, attributes),
        wrapping(disk, blockSize),
        new UnitOptions(
            disk.flag(ConfigKey.SO_REMOVABLE),
            disk.whole(ConfigKey.SO_SOFT_THRESHOLD).map(Math::toIntExact).orElse(0)));
  }

  private static StorageObject.Wrapping wrapping(ConfigCursor disk, int blockSize) {
    return new StorageObject.Wrapping(
        Duration.ofMillis(disk.whole(ConfigKey.SO_DELAY).orElse(0L)),
        disk.text(ConfigKey.SO_FAULTS)
            .map(text -> InjectedFaults.parse(text, blockSize))
            .orElse(List.of()),
        disk.whole(ConfigKey.SO_IO_LOG).map(Math::toIntExact).orElse(0));
  }

  private static StorageObject.Creation creation(ConfigCursor disk) {
    if (!disk.flag(ConfigKey.SO_CREATE)) {
      return StorageObject.Creation.NONE;
    }
    return disk.flag(ConfigKey.SO_PREALLOCATE)
        ? StorageObject.Creation.PREALLOCATED
        : StorageObject.Creation.SPARSE;
  }

  private static AptplPolicy aptpl(ConfigCursor disk, ConfigCursor attributes) {
    boolean forced =
        attributes.flag(ConfigKey.SO_FORCE_PR_APTPL)
            || disk.text(ConfigKey.SO_APTPL).orElse(ConfigKey.SO_APTPL.fallback()).equals("force");
    return forced ? AptplPolicy.FORCE : AptplPolicy.HONOR;
  }

  private static Target target(ConfigCursor target) {
    List<PortalGroup> groups = new ArrayList<>();
    for (ConfigCursor group : target.list(ConfigKey.TPGS)) {
      groups.add(portalGroup(group, groups.size() + 1));
    }
    return new Target(need(target, ConfigKey.TARGET_WWN), groups);
  }

  private static PortalGroup portalGroup(ConfigCursor group, int place) {
    ConfigCursor attributes = group.section(ConfigKey.TPG_ATTRIBUTES);
    DemoAccess demo = DemoAccess.NONE;
    if (attributes.flag(ConfigKey.TPG_GENERATE_ACLS)) {
      demo =
          attributes.flag(ConfigKey.TPG_DEMO_WRITE_PROTECT)
              ? DemoAccess.READ_ONLY
              : DemoAccess.READ_WRITE;
    }
    SortedMap<Integer, String> luns = new TreeMap<>();
    for (ConfigCursor lun : group.list(ConfigKey.LUNS)) {
      luns.put(
          number(lun, ConfigKey.LUN_INDEX),
          CrossCheck.backstoreOf(need(lun, ConfigKey.LUN_STORAGE_OBJECT)));
    }
    return new PortalGroup(
        group.whole(ConfigKey.TPG_TAG).map(Math::toIntExact).orElse(place),
        group.flag(ConfigKey.TPG_ENABLE),
        demo,
        attributes.flag(ConfigKey.TPG_PROD_WRITE_PROTECT),
        group.list(ConfigKey.PORTALS).stream().map(ModelBuilder::portal).toList(),
        luns,
        group.list(ConfigKey.NODE_ACLS).stream().map(acl -> acl(group, acl)).toList(),
        checkedChap().group(group),
        parameters(group.section(ConfigKey.TPG_PARAMETERS)));
  }

  private static InetSocketAddress portal(ConfigCursor portal) {
    return new InetSocketAddress(
        Addresses.literal(need(portal, ConfigKey.PORTAL_ADDRESS)).orElseThrow(),
        portal.whole(ConfigKey.PORTAL_PORT).map(Math::toIntExact).orElse(Addresses.DEFAULT_PORT));
  }

  /** What could be wrong was found by {@link CrossCheck}. */
  private static ChapSettings checkedChap() {
    return new ChapSettings(new Findings());
  }

  private static NodeAcl acl(ConfigCursor group, ConfigCursor acl) {
    return new NodeAcl(
        need(acl, ConfigKey.ACL_NODE),
        checkedChap().acl(group, acl),
        acl.list(ConfigKey.MAPPED_LUNS).stream()
            .map(
                lun ->
                    new MappedLun(
                        number(lun, ConfigKey.MAPPED_INDEX),
                        number(lun, ConfigKey.MAPPED_TPG_LUN),
                        lun.flag(ConfigKey.MAPPED_WRITE_PROTECT)))
            .toList());
  }

  /** What the frontend's key table knows; the rest has been named in a warning. */
  private static Map<String, String> parameters(ConfigCursor section) {
    Map<String, String> parameters = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : section.object().properties()) {
      if (!entry.getValue().isNull() && KeyTable.setting(entry.getKey()) != null) {
        parameters.put(entry.getKey(), entry.getValue().asString());
      }
    }
    return parameters;
  }

  private static String need(ConfigCursor cursor, ConfigKey key) {
    return cursor
        .text(key)
        .orElseThrow(() -> new IllegalStateException(cursor.path(key) + " passed the checks"));
  }

  private static int number(ConfigCursor cursor, ConfigKey key) {
    return Integer.parseInt(need(cursor, key));
  }
}
