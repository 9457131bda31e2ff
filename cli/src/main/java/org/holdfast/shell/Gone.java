package org.holdfast.shell;

import java.util.ArrayList;
import java.util.List;
import org.holdfast.config.ConfigKey;
import tools.jackson.databind.node.ObjectNode;

/** What a command has taken out, to be said when it is true. */
final class Gone {
  private final List<String> things = new ArrayList<>();

  /** The document is a fresh one: nothing has been taken out of it. */
  void clear() {
    things.clear();
  }

  void add(String thing) {
    things.add(thing);
  }

  /** Takes a LUN of a portal group out, and every mapping of it. */
  void lun(Document document, Place place) throws ShellException {
    ObjectNode group = document.need(place.up(2));
    ObjectNode lun = document.need(place);
    long number = Json.number(lun, ConfigKey.LUN_INDEX, -1);
    for (ObjectNode acl : Json.objects(group, ConfigKey.NODE_ACLS)) {
      for (ObjectNode mapped : Json.objects(acl, ConfigKey.MAPPED_LUNS)) {
        if (Json.number(mapped, ConfigKey.MAPPED_TPG_LUN, -1) == number) {
          Json.remove(acl, ConfigKey.MAPPED_LUNS, mapped);
          things.add(
              "mapped_lun%d of %s"
                  .formatted(
                      Json.number(mapped, ConfigKey.MAPPED_INDEX, -1),
                      Json.text(acl, ConfigKey.ACL_NODE).orElse("?")));
        }
      }
    }
    Json.remove(group, ConfigKey.LUNS, lun);
    things.add("lun" + number + " of " + place.step(1) + " " + place.step(2));
  }

  void announce(Shell shell) {
    things.forEach(thing -> shell.say("Deleted " + thing + "."));
  }

  static ShellException missing(String what, Place place, TreeNode parent) {
    return ShellException.failed(
        "delete: there is no %s %s; %s"
            .formatted(
                what,
                place,
                parent.children().isEmpty()
                    ? parent.place() + " is empty"
                    : "there are: "
                        + String.join(
                            ", ", parent.children().stream().map(TreeNode::name).toList())));
  }
}
