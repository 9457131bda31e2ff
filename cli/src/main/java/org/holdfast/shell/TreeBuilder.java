package org.holdfast.shell;

import static org.holdfast.shell.TreeNode.Health.BAD;
import static org.holdfast.shell.TreeNode.Health.GOOD;
import static org.holdfast.shell.TreeNode.Health.NOTABLE;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.holdfast.config.ConfigKey;
import org.holdfast.shell.TreeNode.Health;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes the tree from the document and from what the daemon says about its devices. */
final class TreeBuilder {
  private final Document document;
  private final JsonNode status;

  TreeBuilder(Document document, JsonNode status) {
    this.document = document;
    this.status = status;
  }

  TreeNode root() {
    return new TreeNode(
        Kind.ROOT, Place.ROOT, "...", GOOD, List.of(backstores(), iscsi(Place.of("iscsi"))));
  }

  private TreeNode backstores() {
    Place place = Place.of("backstores");
    return new TreeNode(
        Kind.BACKSTORES,
        place,
        "...",
        GOOD,
        List.of(
            plugin(Kind.BLOCK, place.child("block")),
            plugin(Kind.FILEIO, place.child("fileio")),
            plugin(Kind.RAMDISK, place.child("ramdisk"))));
  }

  private TreeNode plugin(Kind kind, Place place) {
    List<TreeNode> disks = new ArrayList<>();
    for (ObjectNode disk : document.disks()) {
      if (Json.text(disk, ConfigKey.SO_PLUGIN).filter(place.name()::equals).isPresent()) {
        disks.add(disk(place, disk));
      }
    }
    disks.sort(Comparator.comparing(TreeNode::name));
    return new TreeNode(kind, place, "Storage Objects: " + disks.size(), GOOD, disks);
  }

  private TreeNode disk(Place plugin, ObjectNode disk) {
    String name = Json.text(disk, ConfigKey.SO_NAME).orElse("?");
    Optional<JsonNode> known = Snapshot.disk(status, plugin.name(), name);
    long size =
        known
            .map(live -> Json.count(live, "size"))
            .filter(bytes -> bytes > 0)
            .orElse(Json.number(disk, ConfigKey.SO_SIZE, 0));
    StringBuilder summary = new StringBuilder();
    Json.text(disk, ConfigKey.SO_DEV).ifPresent(dev -> summary.append(dev).append(' '));
    if (size > 0) {
      summary.append('(').append(Sizes.format(size)).append(") ");
    }
    Place place = plugin.child(name);
    Optional<JsonNode> trouble = known.filter(live -> !isReady(live));
    if (trouble.isPresent()) {
      summary.append(notReady(trouble.get()));
      return new TreeNode(Kind.DISK, place, summary.toString(), BAD, List.of());
    }
    if (Json.flag(disk, ConfigKey.SO_READONLY)) {
      summary.append("read-only ");
    }
    if (!plugin.name().equals("ramdisk")) {
      summary.append(Json.flag(disk, ConfigKey.SO_WRITE_BACK) ? "write-back " : "write-thru ");
    }
    boolean used = !document.lunsOf(plugin.name() + "/" + name).isEmpty();
    summary.append(used ? "activated" : "deactivated");
    return new TreeNode(Kind.DISK, place, summary.toString(), GOOD, List.of());
  }

  static boolean isReady(JsonNode live) {
    return Json.string(live, "state").equals("ready");
  }

  /** {@code NOT READY: absent: the file is missing}. */
  static String notReady(JsonNode live) {
    String reason = Json.string(live, "reason");
    return "NOT READY: " + Json.string(live, "state") + (reason.isEmpty() ? "" : ": " + reason);
  }

  private TreeNode iscsi(Place place) {
    List<TreeNode> targets =
        document.targets().stream()
            .map(target -> target(place, target))
            .sorted(Comparator.comparing(TreeNode::name))
            .toList();
    String auth =
        document
            .fabric()
            .filter(
                fabric ->
                    has(fabric, ConfigKey.FABRIC_CHAP_USERID)
                        || Json.flag(fabric, ConfigKey.FABRIC_AUTH))
            .map(
                fabric ->
                    has(fabric, ConfigKey.FABRIC_CHAP_MUTUAL_USERID)
                        ? "mutual disc auth, "
                        : "1-way disc auth, ")
            .orElse("");
    return new TreeNode(Kind.ISCSI, place, auth + "Targets: " + targets.size(), GOOD, targets);
  }

  private TreeNode target(Place iscsi, ObjectNode target) {
    Place place = iscsi.child(Document.name(target));
    List<ObjectNode> groups = new ArrayList<>(Document.groups(target));
    groups.sort(Comparator.comparingLong(group -> Document.tag(target, group)));
    List<TreeNode> nodes =
        groups.stream()
            .map(group -> group(place.child("tpg" + Document.tag(target, group)), group))
            .toList();
    return new TreeNode(Kind.TARGET, place, "TPGs: " + nodes.size(), GOOD, nodes);
  }

  private TreeNode group(Place place, ObjectNode group) {
    List<TreeNode> parts =
        List.of(
            acls(place.child("acls"), group),
            luns(place.child("luns"), group),
            portals(place.child("portals"), group));
    if (!Json.flag(group, ConfigKey.TPG_ENABLE)) {
      return new TreeNode(Kind.TPG, place, "disabled", NOTABLE, parts);
    }
    JsonNode attributes = group.path(ConfigKey.TPG_ATTRIBUTES.key());
    boolean demo = Json.flag(attributes, ConfigKey.TPG_GENERATE_ACLS);
    String auth = auth(group, ConfigKey.TPG_CHAP_USERID, ConfigKey.TPG_CHAP_MUTUAL_USERID);
    if (auth.isEmpty()) {
      auth = Json.flag(attributes, ConfigKey.TPG_AUTHENTICATION) ? "auth per ACL" : "no-auth";
    } else {
      auth = "tpg-auth, " + auth;
    }
    return new TreeNode(
        Kind.TPG,
        place,
        (demo ? "gen-acls, " : "no-gen-acls, ") + auth,
        demo ? NOTABLE : GOOD,
        parts);
  }

  private TreeNode acls(Place place, ObjectNode group) {
    List<TreeNode> nodes =
        Json.objects(group, ConfigKey.NODE_ACLS).stream()
            .map(acl -> acl(place, group, acl))
            .sorted(Comparator.comparing(TreeNode::name))
            .toList();
    return new TreeNode(Kind.ACLS, place, "ACLs: " + nodes.size(), GOOD, nodes);
  }

  private TreeNode acl(Place acls, ObjectNode group, ObjectNode acl) {
    Place place = acls.child(Json.text(acl, ConfigKey.ACL_NODE).orElse("?"));
    List<TreeNode> mapped =
        byNumber(acl, ConfigKey.MAPPED_LUNS, ConfigKey.MAPPED_INDEX).stream()
            .map(lun -> mapped(place, group, lun))
            .toList();
    String auth = auth(acl, ConfigKey.ACL_CHAP_USERID, ConfigKey.ACL_CHAP_MUTUAL_USERID);
    return new TreeNode(
        Kind.ACL,
        place,
        (auth.isEmpty() ? "" : auth + ", ") + "Mapped LUNs: " + mapped.size(),
        mapped.isEmpty() ? NOTABLE : GOOD,
        mapped);
  }

  private TreeNode mapped(Place acl, ObjectNode group, ObjectNode mapped) {
    long lun = Json.number(mapped, ConfigKey.MAPPED_TPG_LUN, -1);
    String disk = Document.lun(group, lun).map(Document::backstore).orElse("missing");
    return new TreeNode(
        Kind.MAPPED_LUN,
        acl.child("mapped_lun" + Json.number(mapped, ConfigKey.MAPPED_INDEX, -1)),
        "lun%d %s (%s)"
            .formatted(lun, disk, Json.flag(mapped, ConfigKey.MAPPED_WRITE_PROTECT) ? "ro" : "rw"),
        healthOf(disk),
        List.of());
  }

  private TreeNode luns(Place place, ObjectNode group) {
    List<TreeNode> nodes =
        byNumber(group, ConfigKey.LUNS, ConfigKey.LUN_INDEX).stream()
            .map(lun -> lun(place, lun))
            .toList();
    return new TreeNode(Kind.LUNS, place, "LUNs: " + nodes.size(), GOOD, nodes);
  }

  private TreeNode lun(Place luns, ObjectNode lun) {
    String backstore = Document.backstore(lun);
    String dev =
        diskOf(backstore)
            .flatMap(disk -> Json.text(disk, ConfigKey.SO_DEV))
            .map(path -> " (" + path + ")")
            .orElse("");
    return new TreeNode(
        Kind.LUN,
        luns.child("lun" + Json.number(lun, ConfigKey.LUN_INDEX, -1)),
        backstore + dev,
        healthOf(backstore),
        List.of());
  }

  private TreeNode portals(Place place, ObjectNode group) {
    List<TreeNode> nodes =
        Json.objects(group, ConfigKey.PORTALS).stream()
            .map(
                portal ->
                    new TreeNode(
                        Kind.PORTAL, place.child(Portals.name(portal)), "OK", GOOD, List.of()))
            .sorted(Comparator.comparing(TreeNode::name))
            .toList();
    return new TreeNode(
        Kind.PORTALS, place, "Portals: " + nodes.size(), nodes.isEmpty() ? NOTABLE : GOOD, nodes);
  }

  private Optional<ObjectNode> diskOf(String backstore) {
    int slash = backstore.indexOf('/');
    return slash < 0
        ? Optional.empty()
        : document.disk(backstore.substring(0, slash), backstore.substring(slash + 1));
  }

  private Health healthOf(String backstore) {
    int slash = backstore.indexOf('/');
    boolean ready =
        slash >= 0
            && Snapshot.disk(status, backstore.substring(0, slash), backstore.substring(slash + 1))
                .map(TreeBuilder::isReady)
                .orElse(true);
    return ready ? GOOD : BAD;
  }

  private static List<ObjectNode> byNumber(ObjectNode parent, ConfigKey list, ConfigKey number) {
    List<ObjectNode> sorted = new ArrayList<>(Json.objects(parent, list));
    sorted.sort(Comparator.comparingLong(entry -> Json.number(entry, number, -1)));
    return sorted;
  }

  private static String auth(ObjectNode object, ConfigKey userid, ConfigKey mutual) {
    if (!has(object, userid)) {
      return "";
    }
    return has(object, mutual) ? "mutual auth" : "1-way auth";
  }

  private static boolean has(ObjectNode object, ConfigKey key) {
    return Json.text(object, key).filter(text -> !text.isEmpty()).isPresent();
  }
}
