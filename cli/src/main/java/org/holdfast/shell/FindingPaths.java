package org.holdfast.shell;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.Finding;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says where in the tree a finding of the configuration's check is: the user of the shell has never
 * seen {@code targets[0].tpgs[0].portals[1]}.
 */
final class FindingPaths {
  private static final Pattern STEP = Pattern.compile("([a-z_]+)\\[([0-9]+)]\\.?");
  private static final Pattern JSON_PATH =
      Pattern.compile("(?:storage_objects|targets)\\[[0-9]+][a-z_.\\[\\]0-9]*");

  private FindingPaths() {}

  /** {@code /iscsi/iqn.x/tpg1/portals/10.0.0.1:3260: ip_address: what is wrong}. */
  static String explain(Finding finding, Document document) {
    String where = finding.path().isEmpty() ? "" : translate(finding.path(), document) + ": ";
    return where
        + JSON_PATH
            .matcher(finding.message())
            .replaceAll(found -> Matcher.quoteReplacement(translate(found.group(), document)));
  }

  private static String translate(String path, Document document) {
    Place place = Place.ROOT;
    JsonNode at = document.root();
    Matcher step = STEP.matcher(path);
    int end = 0;
    while (step.lookingAt()) {
      JsonNode owner = at;
      at = at.path(step.group(1)).path(Integer.parseInt(step.group(2)));
      if (!(at instanceof ObjectNode object)) {
        break;
      }
      @Nullable Place next = child(place, step.group(1), object, owner).orElse(null);
      if (next == null) {
        break;
      }
      place = next;
      end = step.end();
      step.region(end, path.length());
    }
    String rest = path.substring(end);
    if (place.equals(Place.ROOT)) {
      return path;
    }
    return rest.isEmpty() ? place.toString() : place + ": " + rest;
  }

  private static Optional<Place> child(
      Place parent, String list, ObjectNode object, JsonNode owner) {
    return switch (list) {
      case "storage_objects" ->
          Json.text(object, ConfigKey.SO_PLUGIN)
              .flatMap(
                  plugin ->
                      Json.text(object, ConfigKey.SO_NAME)
                          .map(name -> Place.of("backstores", plugin, name)));
      case "targets" -> Json.text(object, ConfigKey.TARGET_WWN).map(wwn -> Place.of("iscsi", wwn));
      case "tpgs" ->
          owner instanceof ObjectNode target
              ? Optional.of(parent.child("tpg" + Document.tag(target, object)))
              : Optional.empty();
      case "luns" ->
          Json.text(object, ConfigKey.LUN_INDEX).map(i -> parent.child("luns").child("lun" + i));
      case "portals" -> Optional.of(parent.child("portals").child(Portals.name(object)));
      case "node_acls" ->
          Json.text(object, ConfigKey.ACL_NODE).map(name -> parent.child("acls").child(name));
      case "mapped_luns" ->
          Json.text(object, ConfigKey.MAPPED_INDEX).map(i -> parent.child("mapped_lun" + i));
      default -> Optional.empty();
    };
  }
}
