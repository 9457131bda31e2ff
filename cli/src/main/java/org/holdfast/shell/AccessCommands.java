package org.holdfast.shell;

import static org.holdfast.shell.Parameter.optional;
import static org.holdfast.shell.Parameter.required;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.holdfast.config.ConfigKey;
import tools.jackson.databind.node.ObjectNode;

/** What a portal group offers and who sees what of it: LUNs, ACLs, mapped LUNs. */
final class AccessCommands {
  private static final Parameter MAP =
      optional(
          "add_mapped_luns",
          ArgumentType.FLAG,
          "map every LUN to every ACL under the same number; auto_add_mapped_luns");

  static final List<Command> ALL =
      List.of(
          Command.of(
              "create",
              Set.of(Kind.LUNS),
              "Offers a disk as a LUN of the portal group. Initiators see it when it is mapped in"
                  + " their ACL.",
              AccessCommands::createLun,
              required("storage_object", ArgumentType.BACKSTORE, "which disk"),
              optional("lun", ArgumentType.LUN, "its number; the lowest that is free"),
              MAP),
          Command.of(
              "delete",
              Set.of(Kind.LUNS),
              "Takes a LUN out, and every mapping of it.",
              AccessCommands::deleteLun,
              required("lun", ArgumentType.LUN, "which one")),
          Command.of(
              "create",
              Set.of(Kind.ACLS),
              "Lets an initiator log in. It sees the LUNs that are mapped in the ACL.",
              AccessCommands::createAcl,
              required("wwn", ArgumentType.ISCSI_NAME, "name of the initiator"),
              MAP),
          Command.of(
              "delete",
              Set.of(Kind.ACLS),
              "Lets an initiator in no more; its sessions end.",
              AccessCommands::deleteAcl,
              required("wwn", ArgumentType.CHILD, "name of the initiator")),
          Command.of(
              "create",
              Set.of(Kind.ACL),
              "Shows a LUN to the initiator.",
              AccessCommands::createMapped,
              required("mapped_lun", ArgumentType.LUN, "its number as the initiator sees it"),
              optional(
                      "tpg_lun_or_backstore",
                      ArgumentType.LUN_OR_BACKSTORE,
                      "the LUN of the portal group, or a disk that is one or becomes one; the LUN"
                          + " of the same number")
                  .alsoCalled("tpg_lun"),
              optional("write_protect", ArgumentType.FLAG, "the initiator may only read; false")),
          Command.of(
              "delete",
              Set.of(Kind.ACL),
              "Hides a LUN from the initiator.",
              AccessCommands::deleteMapped,
              required("mapped_lun", ArgumentType.LUN, "its number as the initiator sees it")));

  private AccessCommands() {}

  /** Checks that there is such a disk; {@code fileio/d1}. */
  private static String backstore(Document document, String given) throws ShellException {
    String name = given.replaceFirst("^/?backstores/", "").replaceFirst("/$", "");
    int slash = name.indexOf('/');
    if (slash > 0
        && document.disk(name.substring(0, slash), name.substring(slash + 1)).isPresent()) {
      return name;
    }
    List<String> all =
        document.disks().stream()
            .map(
                disk ->
                    "/backstores/"
                        + Json.text(disk, ConfigKey.SO_PLUGIN).orElse("?")
                        + "/"
                        + Json.text(disk, ConfigKey.SO_NAME).orElse("?"))
            .toList();
    throw ShellException.failed(
        "create: there is no disk "
            + given
            + "; "
            + (all.isEmpty()
                ? "make one at /backstores/fileio"
                : "there are: " + String.join(", ", all)));
  }

  private static long addLun(ObjectNode group, String backstore, Optional<Long> wanted)
      throws ShellException {
    long number = wanted.orElse(0L);
    while (Document.lun(group, number).isPresent()) {
      if (wanted.isPresent()) {
        throw ShellException.failed(
            "create: lun%d is %s; choose another number, or leave it out"
                .formatted(
                    number, Document.lun(group, number).map(Document::backstore).orElse("taken")));
      }
      number++;
    }
    ObjectNode lun = Json.list(group, ConfigKey.LUNS).addObject();
    lun.put(ConfigKey.LUN_INDEX.key(), number);
    lun.put(ConfigKey.LUN_STORAGE_OBJECT.key(), "/backstores/" + backstore);
    return number;
  }

  private static void map(ObjectNode acl, long mapped, long lun, boolean writeProtect) {
    ObjectNode mapping = Json.list(acl, ConfigKey.MAPPED_LUNS).addObject();
    mapping.put(ConfigKey.MAPPED_INDEX.key(), mapped);
    mapping.put(ConfigKey.MAPPED_TPG_LUN.key(), lun);
    mapping.put(ConfigKey.MAPPED_WRITE_PROTECT.key(), writeProtect);
  }

  private static boolean automatic(Shell shell, Arguments arguments) {
    return arguments.flag(MAP.name(), shell.preferences().isOn(Preference.AUTO_ADD_MAPPED_LUNS));
  }

  private static void createLun(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    boolean automatic = automatic(shell, arguments);
    List<String> done = new ArrayList<>();
    shell.change(
        "create LUN of " + node.place().parent(),
        document -> {
          done.clear();
          ObjectNode group = document.need(node.place().parent());
          String backstore = backstore(document, arguments.need("storage_object"));
          long number = addLun(group, backstore, arguments.get("lun").map(Long::parseLong));
          done.add("Created lun" + number + ", which is " + backstore + ".");
          for (ObjectNode acl : Json.objects(group, ConfigKey.NODE_ACLS)) {
            if (automatic) {
              done.add(mapSame(acl, number));
            }
          }
          if (!automatic && !Json.objects(group, ConfigKey.NODE_ACLS).isEmpty()) {
            done.add("No ACL has it yet: 'create " + number + "' at an ACL maps it.");
          }
        });
    done.forEach(shell::say);
    Created.go(shell, node.place());
  }

  /** Maps a LUN under its own number, unless the initiator has another one there. */
  private static String mapSame(ObjectNode acl, long number) {
    String name = Json.text(acl, ConfigKey.ACL_NODE).orElse("?");
    if (Document.mapped(acl, number).isPresent()) {
      return "Not mapped for %s, which has another mapped_lun%d.".formatted(name, number);
    }
    map(acl, number, number, false);
    return "Created mapped_lun" + number + " of " + name + ".";
  }

  private static void deleteLun(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    TreeNode lun = child(node, "LUN", "lun" + arguments.need("lun"));
    Gone gone = new Gone();
    shell.change(
        "delete " + lun.place(),
        document -> {
          gone.clear();
          gone.lun(document, lun.place());
        });
    gone.announce(shell);
  }

  private static TreeNode child(TreeNode node, String what, String name) throws ShellException {
    return node.child(name).orElseThrow(() -> Gone.missing(what, node.place().child(name), node));
  }

  private static void createAcl(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    String initiator = arguments.need("wwn");
    boolean automatic = automatic(shell, arguments);
    List<String> done = new ArrayList<>();
    shell.change(
        "create ACL " + initiator,
        document -> {
          done.clear();
          ObjectNode group = document.need(node.place().parent());
          if (Document.acl(group, initiator).isPresent()) {
            throw ShellException.failed(
                "create: %s has an ACL already; 'cd %s' to change it"
                    .formatted(initiator, node.place().child(initiator)));
          }
          ObjectNode acl = Json.list(group, ConfigKey.NODE_ACLS).addObject();
          acl.put(ConfigKey.ACL_NODE.key(), initiator);
          Json.list(acl, ConfigKey.MAPPED_LUNS);
          done.add("Created ACL " + initiator + ".");
          for (ObjectNode lun : Json.objects(group, ConfigKey.LUNS)) {
            if (automatic) {
              done.add(mapSame(acl, Json.number(lun, ConfigKey.LUN_INDEX, -1)));
            }
          }
        });
    done.forEach(shell::say);
    Created.go(shell, node.place().child(initiator));
  }

  private static void deleteAcl(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    TreeNode acl = child(node, "ACL", arguments.need("wwn"));
    shell.change(
        "delete ACL " + acl.name(),
        document ->
            Json.remove(
                document.need(node.place().parent()),
                ConfigKey.NODE_ACLS,
                document.need(acl.place())));
    shell.say("Deleted ACL " + acl.name() + ".");
  }

  private static void createMapped(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    long number = Long.parseLong(arguments.need("mapped_lun"));
    String from = arguments.get("tpg_lun_or_backstore").orElse(String.valueOf(number));
    boolean writeProtect = arguments.flag("write_protect", false);
    List<String> done = new ArrayList<>();
    shell.change(
        "create mapped_lun" + number + " of " + node.name(),
        document -> {
          done.clear();
          ObjectNode group = document.need(node.place().up(2));
          ObjectNode acl = document.need(node.place());
          Optional<ObjectNode> taken = Document.mapped(acl, number);
          if (taken.isPresent()) {
            throw ShellException.failed(
                "create: mapped_lun%d is lun%d here; choose another number, or delete it first"
                    .formatted(number, Json.number(taken.get(), ConfigKey.MAPPED_TPG_LUN, -1)));
          }
          long lun =
              from.contains("/")
                  ? lunOf(group, backstore(document, from), number, done)
                  : existing(group, from, node);
          map(acl, number, lun, writeProtect);
          done.add(
              "Created mapped_lun%d, which is lun%d%s."
                  .formatted(number, lun, writeProtect ? ", to be read only" : ""));
        });
    done.forEach(shell::say);
    Created.go(shell, node.place().child("mapped_lun" + number));
  }

  private static long existing(ObjectNode group, String given, TreeNode node)
      throws ShellException {
    Optional<Long> number = ArgumentType.LUN.reader().apply(given).map(Long::parseLong);
    if (number.isPresent() && Document.lun(group, number.get()).isPresent()) {
      return number.get();
    }
    List<String> all =
        Json.objects(group, ConfigKey.LUNS).stream()
            .map(lun -> "lun" + Json.number(lun, ConfigKey.LUN_INDEX, -1))
            .toList();
    Place luns = node.place().up(2).child("luns");
    throw ShellException.failed(
        "create: there is no LUN %s in %s; %s"
            .formatted(
                given,
                luns,
                all.isEmpty()
                    ? "make one with '" + luns + " create DISK'"
                    : "there are: " + String.join(", ", all)));
  }

  /**
   * The LUN that is the disk; one is made when there is none, with the same number if it is free.
   */
  private static long lunOf(ObjectNode group, String backstore, long number, List<String> done)
      throws ShellException {
    for (ObjectNode lun : Json.objects(group, ConfigKey.LUNS)) {
      if (Document.backstore(lun).equals(backstore)) {
        return Json.number(lun, ConfigKey.LUN_INDEX, -1);
      }
    }
    Optional<Long> same =
        Document.lun(group, number).isPresent() ? Optional.empty() : Optional.of(number);
    long made = addLun(group, backstore, same);
    done.add("Created lun" + made + ", which is " + backstore + ".");
    return made;
  }

  private static void deleteMapped(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    TreeNode mapped = child(node, "LUN", "mapped_lun" + arguments.need("mapped_lun"));
    shell.change(
        "delete " + mapped.place(),
        document ->
            Json.remove(
                document.need(node.place()), ConfigKey.MAPPED_LUNS, document.need(mapped.place())));
    shell.say("Deleted " + mapped.name() + " of " + node.name() + ".");
  }
}
