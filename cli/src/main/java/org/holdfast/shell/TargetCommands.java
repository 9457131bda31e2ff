package org.holdfast.shell;

import static org.holdfast.shell.Parameter.optional;
import static org.holdfast.shell.Parameter.required;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.holdfast.config.Addresses;
import org.holdfast.config.ConfigKey;
import tools.jackson.databind.node.ObjectNode;

/** Targets, their portal groups and portals: {@code /iscsi}. */
final class TargetCommands {
  private static final String EVERY_ADDRESS = "0.0.0.0";

  static final List<Command> ALL =
      List.of(
          Command.of(
              "create",
              Set.of(Kind.ISCSI),
              "Makes a target with the portal group tpg1.",
              TargetCommands::createTarget,
              optional("wwn", ArgumentType.ISCSI_NAME, "its name; one is made")),
          Command.of(
              "delete",
              Set.of(Kind.ISCSI),
              "Takes a target out, with everything below it; its sessions end.",
              TargetCommands::deleteTarget,
              required("wwn", ArgumentType.CHILD, "which target")),
          Command.of(
              "create",
              Set.of(Kind.TARGET),
              "Makes a portal group.",
              TargetCommands::createGroup,
              optional("tag", ArgumentType.TAG, "its number; the lowest that is free")),
          Command.of(
              "delete",
              Set.of(Kind.TARGET),
              "Takes a portal group out, with everything below it; its sessions end.",
              TargetCommands::deleteGroup,
              required("tag", ArgumentType.TAG, "which one")),
          Command.of(
              "enable",
              Set.of(Kind.TPG),
              "Serves the portal group.",
              (shell, node, _) -> enable(shell, node, true)),
          Command.of(
              "disable",
              Set.of(Kind.TPG),
              "Keeps the portal group and serves it no more; its sessions end.",
              (shell, node, _) -> enable(shell, node, false)),
          Command.of(
              "create",
              Set.of(Kind.PORTALS),
              "Listens on an address.",
              TargetCommands::createPortal,
              optional("ip_address", ArgumentType.ADDRESS, "0.0.0.0 or :: for all; 0.0.0.0"),
              optional("ip_port", ArgumentType.PORT, "TCP port; 3260")),
          Command.of(
              "delete",
              Set.of(Kind.PORTALS),
              "Listens on an address no more.",
              TargetCommands::deletePortal,
              required(
                  "ip_address", ArgumentType.CHILD, "the address, or the portal as ls shows it"),
              optional("ip_port", ArgumentType.PORT, "TCP port; 3260")));

  private TargetCommands() {}

  private static void createTarget(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    String wwn = arguments.get("wwn").orElseGet(() -> shell.surroundings().newTargetName());
    boolean portal = shell.preferences().isOn(Preference.AUTO_ADD_DEFAULT_PORTAL);
    boolean enable = shell.preferences().isOn(Preference.AUTO_ENABLE_TPGT);
    shell.change(
        "create " + wwn,
        document -> {
          if (document.target(wwn).isPresent()) {
            throw ShellException.failed(
                "create: the target " + wwn + " exists; choose another name, or delete it first");
          }
          ObjectNode target = Json.list(document.root(), ConfigKey.TARGETS).addObject();
          target.put(ConfigKey.TARGET_FABRIC.key(), ConfigKey.TARGET_FABRIC.fallback());
          target.put(ConfigKey.TARGET_WWN.key(), wwn);
          addGroup(target, 1, enable, portal);
        });
    shell.say("Created target " + wwn + ".");
    announceGroup(shell, 1, enable, portal);
    Created.go(shell, node.place().child(wwn));
  }

  private static void addGroup(ObjectNode target, long tag, boolean enable, boolean portal) {
    ObjectNode group = Json.list(target, ConfigKey.TPGS).addObject();
    group.put(ConfigKey.TPG_TAG.key(), tag);
    group.put(ConfigKey.TPG_ENABLE.key(), enable);
    Json.list(group, ConfigKey.LUNS);
    Json.list(group, ConfigKey.NODE_ACLS);
    Json.list(group, ConfigKey.PORTALS);
    if (portal) {
      addPortal(group, EVERY_ADDRESS, Addresses.DEFAULT_PORT);
    }
  }

  private static void addPortal(ObjectNode group, String address, long port) {
    ObjectNode portal = Json.list(group, ConfigKey.PORTALS).addObject();
    portal.put(ConfigKey.PORTAL_ADDRESS.key(), address);
    portal.put(ConfigKey.PORTAL_PORT.key(), port);
  }

  private static void announceGroup(Shell shell, long tag, boolean enable, boolean portal) {
    shell.say("Created portal group tpg" + tag + (enable ? "." : ", which is not served yet."));
    if (portal) {
      shell.say(
          "Created portal "
              + Portals.name(EVERY_ADDRESS, Addresses.DEFAULT_PORT)
              + " (auto_add_default_portal).");
    }
  }

  private static void deleteTarget(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    TreeNode target = child(node, "target", arguments.need("wwn"));
    shell.change(
        "delete " + target.name(),
        document -> Json.remove(document.root(), ConfigKey.TARGETS, document.need(target.place())));
    shell.say("Deleted target " + target.name() + ".");
  }

  private static TreeNode child(TreeNode node, String what, String name) throws ShellException {
    return node.child(name).orElseThrow(() -> Gone.missing(what, node.place().child(name), node));
  }

  private static void createGroup(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    boolean portal = shell.preferences().isOn(Preference.AUTO_ADD_DEFAULT_PORTAL);
    boolean enable = shell.preferences().isOn(Preference.AUTO_ENABLE_TPGT);
    long tag =
        arguments
            .get("tag")
            .map(Long::parseLong)
            .orElseGet(() -> lowestFree(node.children(), "tpg", 1));
    // One address and port belong to one portal group of a target only.
    boolean free =
        portal
            && node.children().stream()
                .flatMap(group -> group.children().stream())
                .noneMatch(
                    part ->
                        part.child(Portals.name(EVERY_ADDRESS, Addresses.DEFAULT_PORT))
                            .isPresent());
    shell.change(
        "create tpg" + tag + " of " + node.name(),
        document -> {
          ObjectNode target = document.need(node.place());
          if (Document.group(target, tag).isPresent()) {
            throw ShellException.failed(
                "create: " + node.place().child("tpg" + tag) + " exists; choose another tag");
          }
          addGroup(target, tag, enable, free);
        });
    announceGroup(shell, tag, enable, free);
    if (portal && !free) {
      shell.say(
          "It has no portal yet: 0.0.0.0:3260 belongs to another portal group of this target.");
    }
    Created.go(shell, node.place().child("tpg" + tag));
  }

  /** The lowest number from {@code first} that no child has. */
  static long lowestFree(List<TreeNode> children, String prefix, long first) {
    long number = first;
    List<String> taken = new ArrayList<>(children.stream().map(TreeNode::name).toList());
    while (taken.contains(prefix + number)) {
      number++;
    }
    return number;
  }

  private static void deleteGroup(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    TreeNode group = child(node, "portal group", "tpg" + arguments.need("tag"));
    shell.change(
        "delete " + group.name() + " of " + node.name(),
        document ->
            Json.remove(document.need(node.place()), ConfigKey.TPGS, document.need(group.place())));
    shell.say("Deleted portal group " + group.name() + ".");
  }

  private static void enable(Shell shell, TreeNode node, boolean enable) throws ShellException {
    String what = (enable ? "enable " : "disable ") + node.place();
    shell.change(
        what, document -> document.need(node.place()).put(ConfigKey.TPG_ENABLE.key(), enable));
    shell.say(node.place() + (enable ? " is served." : " is kept, and not served."));
  }

  private static void createPortal(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    String address = arguments.get("ip_address").orElse(EVERY_ADDRESS);
    long port = arguments.get("ip_port").map(Long::parseLong).orElse((long) Addresses.DEFAULT_PORT);
    String name = Portals.name(address, port);
    if (node.child(name).isPresent()) {
      shell.say("The portal " + name + " is there already.");
      return;
    }
    shell.change(
        "create portal " + name,
        document -> addPortal(document.need(node.place().parent()), address, port));
    shell.say("Created portal " + name + ".");
    Created.go(shell, node.place().child(name));
  }

  private static void deletePortal(Shell shell, TreeNode node, Arguments arguments)
      throws ShellException {
    String given = arguments.need("ip_address");
    long port = arguments.get("ip_port").map(Long::parseLong).orElse((long) Addresses.DEFAULT_PORT);
    Optional<TreeNode> whole = node.child(given);
    TreeNode portal =
        whole.isPresent() ? whole.get() : child(node, "portal", Portals.name(given, port));
    shell.change(
        "delete portal " + portal.name(),
        document ->
            Json.remove(
                document.need(node.place().parent()),
                ConfigKey.PORTALS,
                document.need(portal.place())));
    shell.say("Deleted portal " + portal.name() + ".");
  }
}
