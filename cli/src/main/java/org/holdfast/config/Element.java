package org.holdfast.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * An object in a list of the document, as people call it: a disk, a target, an ACL. Two documents
 * hold the same element when its lists and its identities are the same; where it stands in a list
 * says nothing.
 *
 * @param pattern its path without indices, {@code targets[].tpgs[]}; empty for the document
 * @param path its path with indices, for people
 * @param label what people call it: {@code lun 0 of iqn.… tpg1}
 * @param scope who is concerned when it changes
 * @param object the JSON
 */
public record Element(String pattern, String path, String label, Scope scope, JsonNode object) {
  private static final ConfigKey[] NAMING = {
    ConfigKey.SO_PLUGIN,
    ConfigKey.SO_NAME,
    ConfigKey.FABRIC_NAME,
    ConfigKey.TARGET_WWN,
    ConfigKey.TPG_TAG,
    ConfigKey.LUN_INDEX,
    ConfigKey.PORTAL_ADDRESS,
    ConfigKey.PORTAL_PORT,
    ConfigKey.ACL_NODE,
    ConfigKey.MAPPED_INDEX
  };

  /**
   * The part of the daemon that an element belongs to; null: all of it.
   *
   * @param target iSCSI name
   * @param tag portal group tag
   * @param initiator iSCSI name
   */
  public record Scope(@Nullable String target, @Nullable String tag, @Nullable String initiator) {
    public static final Scope ALL = new Scope(null, null, null);
  }

  /** The document itself. */
  public static Element root(JsonNode document) {
    return new Element("", "", "the configuration", Scope.ALL, document);
  }

  /** The elements of a list of this one, by identity; of two with the same identity the first. */
  public Map<String, Element> list(String key) {
    Map<String, Element> elements = new LinkedHashMap<>();
    for (Entry entry : entries(key)) {
      elements.putIfAbsent(entry.identity(), entry.element());
    }
    return elements;
  }

  /** An entry of a list with what it is known by. */
  record Entry(String identity, Element element) {}

  /** Every entry of a list of this one that is an object. */
  List<Entry> entries(String key) {
    List<Entry> entries = new ArrayList<>();
    JsonNode list = object.path(key);
    for (int i = 0; i < list.size(); i++) {
      if (list.isArray() && list.get(i).isObject()) {
        Element element = element(key, i, list.get(i));
        entries.add(new Entry(identity(element.pattern(), list.get(i), i), element));
      }
    }
    return entries;
  }

  /** The keys that an entry of this kind is known by. */
  List<ConfigKey> naming() {
    return Arrays.stream(NAMING).filter(key -> key.parent().equals(pattern)).toList();
  }

  private Element element(String key, int index, JsonNode entry) {
    String list = pattern.isEmpty() ? key : pattern + "." + key;
    String where = path.isEmpty() ? key : path + "." + key;
    String name = identity(list + "[]", entry, index);
    Scope inner = scope;
    String shown;
    switch (list) {
      case "storage_objects" -> shown = "disk " + name;
      case "fabric_modules" -> shown = "discovery";
      case "targets" -> {
        shown = "target " + name;
        inner = new Scope(name, null, null);
      }
      case "targets[].tpgs" -> {
        shown = "portal group " + name + " of " + scope.target();
        inner = new Scope(scope.target(), name, null);
      }
      case "targets[].tpgs[].luns" -> shown = "lun " + name + " of " + group();
      case "targets[].tpgs[].portals" -> shown = "portal " + name + " of " + group();
      case "targets[].tpgs[].node_acls" -> {
        shown = "acl " + name + " of " + group();
        inner = new Scope(scope.target(), scope.tag(), name);
      }
      case "targets[].tpgs[].node_acls[].mapped_luns" ->
          shown = "mapped lun " + name + " of acl " + scope.initiator() + " of " + group();
      default -> shown = label + " " + key + " " + name;
    }
    return new Element(list + "[]", where + "[" + index + "]", shown, inner, entry);
  }

  private String group() {
    return scope.target() + " tpg" + scope.tag();
  }

  /** A section of this one: it has no name of its own. */
  public Element section(String key) {
    JsonNode section = object.path(key);
    return new Element(
        pattern.isEmpty() ? key : pattern + "." + key,
        path.isEmpty() ? key : path + "." + key,
        label,
        scope,
        section.isObject() ? section : JsonNodeFactory.instance.objectNode());
  }

  /** What an entry of a list is known by. */
  private static String identity(String pattern, JsonNode entry, int index) {
    List<String> names = new ArrayList<>();
    for (ConfigKey key : NAMING) {
      if (key.parent().equals(pattern)) {
        names.add(name(key, entry).orElse(key == ConfigKey.TPG_TAG ? "" + (index + 1) : "?"));
      }
    }
    return switch (names.size()) {
      case 0 -> "" + index;
      case 1 -> names.getFirst();
      default -> pattern.endsWith("portals[]") ? address(names) : String.join("/", names);
    };
  }

  private static String address(List<String> names) {
    String host = names.getFirst();
    return (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host)
        + ":"
        + names.getLast();
  }

  private static Optional<String> name(ConfigKey key, JsonNode entry) {
    @Nullable JsonNode value = entry.get(key.key());
    Optional<String> written =
        value == null || value.isNull() || !(key.type() instanceof ValueType.Scalar scalar)
            ? Optional.empty()
            : scalar.read(value);
    return written.or(
        () ->
            key == ConfigKey.TPG_TAG || key.isRequired()
                ? Optional.empty()
                : Optional.of(key.fallback()));
  }

  /** Whether a key is part of what this element is known by: another value is another element. */
  public boolean isNamedBy(String key) {
    return Arrays.stream(NAMING)
        .anyMatch(name -> name.parent().equals(pattern) && name.key().equals(key));
  }

  /** The row of the table for a key of this element. */
  public Optional<ConfigKey> row(String key) {
    return ConfigKey.at(pattern, key);
  }

  /** Where a key of this element stands. */
  public String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
