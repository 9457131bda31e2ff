package org.holdfast.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What no single key can show: references, things that must be unique, values that need each other.
 */
final class CrossCheck {
  private final Findings findings;

  CrossCheck(Findings findings) {
    this.findings = findings;
  }

  void check(ConfigCursor root) {
    Set<String> backstores = new HashSet<>();
    Unique names = new Unique("backstore");
    Unique serials = new Unique("wwn");
    Unique designators = new Unique("NAA designator");
    Unique devices = new Unique("file or device");
    for (ConfigCursor disk : root.list(ConfigKey.STORAGE_OBJECTS)) {
      backstore(disk)
          .ifPresent(
              name -> {
                backstores.add(name);
                names.claim(name, disk.path(ConfigKey.SO_NAME));
              });
      disk.text(ConfigKey.SO_WWN)
          .ifPresent(
              serial -> {
                String where = disk.path(ConfigKey.SO_WWN);
                if (serials.claim(serial, where)) {
                  designators.claim(NaaDesignator.of(serial), where);
                }
              });
      disk.text(ConfigKey.SO_DEV)
          .filter(_ -> !isRamdisk(disk))
          .ifPresent(dev -> devices.claim(realPath(dev), disk.path(ConfigKey.SO_DEV)));
      sizes(disk);
    }
    new ChapSettings(findings).discovery(root);
    Unique targets = new Unique("target name");
    Overlaps overlaps = new Overlaps(findings);
    for (ConfigCursor target : root.targets()) {
      target
          .text(ConfigKey.TARGET_WWN)
          .ifPresent(name -> targets.claim(name, target.path(ConfigKey.TARGET_WWN)));
      target(target, backstores, overlaps);
    }
  }

  private void sizes(ConfigCursor disk) {
    long size = disk.whole(ConfigKey.SO_SIZE).orElse(0L);
    boolean create = disk.flag(ConfigKey.SO_CREATE);
    String where = disk.path(ConfigKey.SO_SIZE);
    if (isRamdisk(disk)) {
      if (disk.flag(ConfigKey.SO_DIRECT)) {
        findings.error(
            disk.path(ConfigKey.SO_DIRECT), "a ramdisk has no page cache to bypass; leave it out");
      }
      if (size == 0) {
        findings.error(where, "missing; a ramdisk needs its size in bytes");
      }
    } else if (!disk.has(ConfigKey.SO_DEV)) {
      findings.error(
          disk.path(ConfigKey.SO_DEV),
          "missing; " + ConfigKey.SO_DEV.type().expected() + " is required here");
    }
    disk.text(ConfigKey.SO_FAULTS)
        .flatMap(InjectedFaults::empty)
        .ifPresent(
            rule ->
                findings.error(
                    disk.path(ConfigKey.SO_FAULTS), rule + " ends before it begins, swap the two"));
    if (create && size == 0) {
      findings.error(where, "missing; create needs the size in bytes");
    }
    if (create && disk.text(ConfigKey.SO_PLUGIN).filter("fileio"::equals).isEmpty()) {
      findings.error(disk.path(ConfigKey.SO_CREATE), "only a fileio disk can be created");
    }
    if (disk.flag(ConfigKey.SO_PREALLOCATE) && !create) {
      findings.warning(
          disk.path(ConfigKey.SO_PREALLOCATE), "without create it has no effect: no file is made");
    }
    long block = disk.section(ConfigKey.SO_ATTRIBUTES).whole(ConfigKey.SO_BLOCK_SIZE).orElse(512L);
    if (size % block != 0) {
      findings.error(where, size + " is not a multiple of the block size, " + block);
    }
  }

  private void target(ConfigCursor target, Set<String> backstores, Overlaps overlaps) {
    Unique tags = new Unique("portal group tag");
    Unique portals = new Unique("portal");
    List<ConfigCursor> groups = target.list(ConfigKey.TPGS);
    for (int i = 0; i < groups.size(); i++) {
      ConfigCursor group = groups.get(i);
      long tag = group.whole(ConfigKey.TPG_TAG).orElse(i + 1L);
      tags.claim(String.valueOf(tag), group.path(ConfigKey.TPG_TAG));
      if (group.flag(ConfigKey.TPG_ENABLE)) {
        portals(group, portals, overlaps);
      }
      luns(group, backstores);
      ChapSettings chap = new ChapSettings(findings);
      chap.group(group);
      group.list(ConfigKey.NODE_ACLS).forEach(acl -> chap.acl(group, acl));
    }
  }

  private void portals(ConfigCursor group, Unique taken, Overlaps overlaps) {
    boolean demo = group.section(ConfigKey.TPG_ATTRIBUTES).flag(ConfigKey.TPG_GENERATE_ACLS);
    List<ConfigCursor> portals = group.list(ConfigKey.PORTALS);
    if (portals.isEmpty()) {
      findings.warning(group.path(ConfigKey.PORTALS), "empty: nobody can reach this portal group");
    }
    for (ConfigCursor portal : portals) {
      String where = portal.path(ConfigKey.PORTAL_ADDRESS);
      Optional<String> text = portal.text(ConfigKey.PORTAL_ADDRESS);
      if (text.isEmpty()) {
        continue;
      }
      Addresses.literal(text.get())
          .ifPresentOrElse(
              address -> {
                long port = portal.whole(ConfigKey.PORTAL_PORT).orElse(3260L);
                if (port != 0) {
                  String place = portal.path();
                  if (taken.claim(address.getHostAddress() + " port " + port, place)) {
                    overlaps.add(new InetSocketAddress(address, Math.toIntExact(port)), place);
                  }
                }
                if (demo && !address.isLoopbackAddress()) {
                  findings.error(
                      where,
                      "\""
                          + text.get()
                          + "\" is not a loopback address; "
                          + DemoMode.REASON
                          + ": set "
                          + group.path(ConfigKey.TPG_ATTRIBUTES)
                          + ".generate_node_acls to 0 and name the initiators in "
                          + group.path(ConfigKey.NODE_ACLS));
                }
              },
              () ->
                  findings.error(
                      where,
                      "\""
                          + text.get()
                          + "\" is not "
                          + ConfigKey.PORTAL_ADDRESS.type().expected()));
    }
  }

  private void luns(ConfigCursor group, Set<String> backstores) {
    Unique indexes = new Unique("LUN");
    Set<Long> known = new HashSet<>();
    for (ConfigCursor lun : group.list(ConfigKey.LUNS)) {
      lun.whole(ConfigKey.LUN_INDEX)
          .ifPresent(
              index -> {
                known.add(index);
                indexes.claim(String.valueOf(index), lun.path(ConfigKey.LUN_INDEX));
              });
      lun.text(ConfigKey.LUN_STORAGE_OBJECT)
          .filter(path -> !backstores.contains(backstoreOf(path)))
          .ifPresent(
              path ->
                  findings.error(
                      lun.path(ConfigKey.LUN_STORAGE_OBJECT),
                      "\"" + path + "\" is not among " + ConfigKey.STORAGE_OBJECTS.key()));
    }
    Unique initiators = new Unique("initiator");
    for (ConfigCursor acl : group.list(ConfigKey.NODE_ACLS)) {
      acl.text(ConfigKey.ACL_NODE)
          .ifPresent(name -> initiators.claim(name, acl.path(ConfigKey.ACL_NODE)));
      Unique mapped = new Unique("LUN of this initiator");
      for (ConfigCursor lun : acl.list(ConfigKey.MAPPED_LUNS)) {
        lun.whole(ConfigKey.MAPPED_INDEX)
            .ifPresent(i -> mapped.claim(String.valueOf(i), lun.path(ConfigKey.MAPPED_INDEX)));
        lun.whole(ConfigKey.MAPPED_TPG_LUN)
            .filter(index -> !known.contains(index))
            .ifPresent(
                index ->
                    findings.error(
                        lun.path(ConfigKey.MAPPED_TPG_LUN),
                        index + " is not the index of one of " + group.path(ConfigKey.LUNS)));
      }
    }
  }

  private static boolean isRamdisk(ConfigCursor disk) {
    return disk.text(ConfigKey.SO_PLUGIN).filter("ramdisk"::equals).isPresent();
  }

  private static Optional<String> backstore(ConfigCursor disk) {
    return disk.text(ConfigKey.SO_PLUGIN)
        .flatMap(plugin -> disk.text(ConfigKey.SO_NAME).map(name -> plugin + "/" + name));
  }

  /** {@code fileio/name} of {@code /backstores/fileio/name}. */
  static String backstoreOf(String path) {
    return path.substring("/backstores/".length());
  }

  /**
   * Two names of one file are the same file; where it cannot be asked, the normalised path serves.
   */
  private static String realPath(String dev) {
    Path path = Path.of(dev);
    try {
      return path.toRealPath().toString();
    } catch (IOException _) {
      return path.normalize().toString();
    }
  }

  /** Who has which value; the second claim of one value is an error that names both places. */
  private final class Unique {
    private final String what;
    private final Map<String, String> places = new HashMap<>();

    Unique(String what) {
      this.what = what;
    }

    boolean claim(String value, String where) {
      @Nullable String first = places.putIfAbsent(value, where);
      if (first != null) {
        findings.error(where, what + " " + value + " is already at " + first);
      }
      return first == null;
    }
  }
}
