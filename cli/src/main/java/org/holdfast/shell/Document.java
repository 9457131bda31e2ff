package org.holdfast.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.holdfast.config.ConfigKey;
import org.holdfast.iscsi.login.IscsiName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration document as a tree of JSON, and where in it the places of the shell's tree are.
 * Whoever holds one may change it; nothing is valid before the daemon has said so.
 */
final class Document {
  /** The only fabric. */
  private static final String ISCSI = "iscsi";

  private final ObjectNode root;

  Document(ObjectNode root) {
    this.root = root;
  }

  ObjectNode root() {
    return root;
  }

  List<ObjectNode> disks() {
    return Json.objects(root, ConfigKey.STORAGE_OBJECTS);
  }

  Optional<ObjectNode> disk(String plugin, String name) {
    return disks().stream()
        .filter(disk -> is(disk, ConfigKey.SO_PLUGIN, plugin) && is(disk, ConfigKey.SO_NAME, name))
        .findFirst();
  }

  /** The targets that are served: a file of LIO may hold others. */
  List<ObjectNode> targets() {
    return Json.objects(root, ConfigKey.TARGETS).stream()
        .filter(
            target ->
                Json.text(target, ConfigKey.TARGET_FABRIC)
                    .orElse(ConfigKey.TARGET_FABRIC.fallback())
                    .equals(ISCSI))
        .toList();
  }

  Optional<ObjectNode> target(String wwn) {
    return targets().stream().filter(target -> name(target).equals(wwn)).findFirst();
  }

  static String name(ObjectNode target) {
    return Json.text(target, ConfigKey.TARGET_WWN).orElse("");
  }

  static List<ObjectNode> groups(ObjectNode target) {
    return Json.objects(target, ConfigKey.TPGS);
  }

  /** Without a tag it is the place in the list. */
  static long tag(ObjectNode target, ObjectNode group) {
    return Json.number(group, ConfigKey.TPG_TAG, groups(target).indexOf(group) + 1L);
  }

  static Optional<ObjectNode> group(ObjectNode target, long tag) {
    return groups(target).stream().filter(group -> tag(target, group) == tag).findFirst();
  }

  static Optional<ObjectNode> acl(ObjectNode group, String initiator) {
    return Json.objects(group, ConfigKey.NODE_ACLS).stream()
        .filter(
            acl -> is(acl, ConfigKey.ACL_NODE, IscsiName.normalise(initiator).orElse(initiator)))
        .findFirst();
  }

  static Optional<ObjectNode> lun(ObjectNode group, long index) {
    return Json.objects(group, ConfigKey.LUNS).stream()
        .filter(lun -> Json.number(lun, ConfigKey.LUN_INDEX, -1) == index)
        .findFirst();
  }

  static Optional<ObjectNode> mapped(ObjectNode acl, long index) {
    return Json.objects(acl, ConfigKey.MAPPED_LUNS).stream()
        .filter(lun -> Json.number(lun, ConfigKey.MAPPED_INDEX, -1) == index)
        .findFirst();
  }

  static Optional<ObjectNode> portal(ObjectNode group, String name) {
    return Json.objects(group, ConfigKey.PORTALS).stream()
        .filter(portal -> Portals.name(portal).equals(name))
        .findFirst();
  }

  /** {@code fileio/d1} of a LUN. */
  static String backstore(ObjectNode lun) {
    String path = Json.text(lun, ConfigKey.LUN_STORAGE_OBJECT).orElse("");
    return path.startsWith("/backstores/") ? path.substring("/backstores/".length()) : path;
  }

  /** The section for discovery, which is not there when nothing was set. */
  Optional<ObjectNode> fabric() {
    return Json.objects(root, ConfigKey.FABRIC_MODULES).stream()
        .filter(
            fabric ->
                Json.text(fabric, ConfigKey.FABRIC_NAME)
                    .orElse(ConfigKey.FABRIC_NAME.fallback())
                    .equals(ISCSI))
        .findFirst();
  }

  ObjectNode fabricToChange() {
    return fabric()
        .orElseGet(
            () -> {
              ObjectNode fabric = Json.list(root, ConfigKey.FABRIC_MODULES).addObject();
              fabric.put(ConfigKey.FABRIC_NAME.key(), ISCSI);
              return fabric;
            });
  }

  /** The JSON object behind a place of the tree; empty where there is none, as for /iscsi. */
  Optional<ObjectNode> at(Place place) {
    List<String> steps = place.steps();
    if (steps.size() < 2) {
      return Optional.empty();
    }
    if (steps.getFirst().equals("backstores")) {
      return steps.size() == 3 ? disk(steps.get(1), steps.get(2)) : Optional.empty();
    }
    Optional<ObjectNode> target = target(steps.get(1));
    if (steps.size() == 2) {
      return target;
    }
    Optional<ObjectNode> group = target.flatMap(t -> group(t, number(steps.get(2))));
    if (steps.size() <= 4) {
      return steps.size() == 3 ? group : Optional.empty();
    }
    String name = steps.get(4);
    return switch (steps.get(3)) {
      case "luns" -> group.flatMap(g -> lun(g, number(name)));
      case "portals" -> group.flatMap(g -> portal(g, name));
      case "acls" -> {
        Optional<ObjectNode> acl = group.flatMap(g -> acl(g, name));
        yield steps.size() == 5 ? acl : acl.flatMap(a -> mapped(a, number(steps.get(5))));
      }
      default -> Optional.empty();
    };
  }

  /** The same, where a command needs it: somebody else may have removed it meanwhile. */
  ObjectNode need(Place place) throws ShellException {
    return at(place)
        .orElseThrow(
            () -> ShellException.failed(place + " is not there any more; look with 'ls /'"));
  }

  /** Every LUN of every target that is made of a disk: where it is in the tree. */
  List<Place> lunsOf(String backstore) {
    List<Place> places = new ArrayList<>();
    for (ObjectNode target : targets()) {
      for (ObjectNode group : groups(target)) {
        Place luns = Place.of(ISCSI, name(target), "tpg" + tag(target, group), "luns");
        for (ObjectNode lun : Json.objects(group, ConfigKey.LUNS)) {
          if (backstore(lun).equals(backstore)) {
            places.add(luns.child("lun" + Json.number(lun, ConfigKey.LUN_INDEX, -1)));
          }
        }
      }
    }
    return places;
  }

  /** The number at the end of {@code tpg1}, {@code lun0}, {@code mapped_lun7}; -1: none. */
  static long number(String name) {
    String digits = name.replaceFirst("^[a-z_]*", "");
    return digits.matches("[0-9]{1,9}") ? Long.parseLong(digits) : -1;
  }

  private static boolean is(JsonNode object, ConfigKey key, String wanted) {
    return Json.text(object, key).filter(wanted::equals).isPresent();
  }
}
