package org.holdfast.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.ValueType;
import org.holdfast.iscsi.login.KeySpec;
import org.holdfast.iscsi.login.KeyTable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The groups of {@code get} and {@code set}: where each is, and which keys of the document it has.
 */
enum SettingGroup {
  CONFIGURATION("configuration", Kind.ROOT, "the configuration as a whole"),
  DISK_ATTRIBUTE("attribute", Kind.DISK, "what initiators see of the disk"),
  DISK_OWN("disk", Kind.DISK, "how the disk is opened; another size resizes it while it is used"),
  DISCOVERY_AUTH("discovery_auth", Kind.ISCSI, "who may ask for the targets"),
  TPG_ATTRIBUTE("attribute", Kind.TPG, "attributes of the portal group"),
  TPG_PARAMETER("parameter", Kind.TPG, "what is offered for the login keys of RFC 7143"),
  TPG_AUTH("auth", Kind.TPG, "CHAP for initiators whose ACL says nothing else"),
  ACL_ATTRIBUTE("attribute", Kind.ACL, "attributes of the ACL"),
  ACL_AUTH("auth", Kind.ACL, "CHAP for this initiator"),
  MAPPED_ATTRIBUTE("attribute", Kind.MAPPED_LUN, "how this initiator may use the LUN");

  /** The group that is everywhere and is the shell's own. */
  static final String GLOBAL = "global";

  private static final String DISK = "storage_objects[]";
  private static final String GROUP = "targets[].tpgs[]";
  private static final String ACL = GROUP + ".node_acls[]";

  private final String word;
  private final Kind kind;
  private final String meaning;

  SettingGroup(String word, Kind kind, String meaning) {
    this.word = word;
    this.kind = kind;
    this.meaning = meaning;
  }

  String word() {
    return word;
  }

  Kind kind() {
    return kind;
  }

  String meaning() {
    return meaning;
  }

  static List<SettingGroup> at(Kind kind) {
    return Arrays.stream(values()).filter(group -> group.kind == kind).toList();
  }

  static Optional<SettingGroup> find(String word, Kind kind) {
    return at(kind).stream().filter(group -> group.word.equals(word)).findFirst();
  }

  List<Setting> settings() {
    return switch (this) {
      case CONFIGURATION -> below("");
      case DISK_ATTRIBUTE -> below(DISK + ".attributes");
      case DISK_OWN ->
          below(DISK).stream()
              .filter(
                  setting ->
                      setting.row() != ConfigKey.SO_NAME && setting.row() != ConfigKey.SO_PLUGIN)
              .toList();
      case DISCOVERY_AUTH ->
          below("fabric_modules[]").stream()
              .filter(setting -> setting.row() != ConfigKey.FABRIC_NAME)
              .map(
                  setting ->
                      Setting.of(
                          setting.key().replaceFirst("^(chap|discovery)_(enable_auth$)?", ""),
                          setting.key(),
                          setting.row()))
              .map(
                  setting ->
                      setting.name().isEmpty()
                          ? Setting.of("enable", setting.key(), setting.row())
                          : setting)
              .toList();
      case TPG_ATTRIBUTE -> below(GROUP + ".attributes");
      case TPG_PARAMETER ->
          KeyTable.rows().stream()
              .filter(row -> row.setting() != KeySpec.Setting.NONE)
              .map(row -> new Setting(row.name(), row.name(), ConfigKey.TPG_LOGIN_KEY, row.ours()))
              .toList();
      case TPG_AUTH -> chap(GROUP);
      case ACL_ATTRIBUTE -> below(ACL + ".attributes");
      case ACL_AUTH -> chap(ACL);
      case MAPPED_ATTRIBUTE ->
          List.of(
              Setting.of(
                  ConfigKey.MAPPED_WRITE_PROTECT.key(),
                  ConfigKey.MAPPED_WRITE_PROTECT.key(),
                  ConfigKey.MAPPED_WRITE_PROTECT));
    };
  }

  Optional<Setting> setting(String name) {
    return settings().stream().filter(setting -> setting.name().equals(name)).findFirst();
  }

  /** The object of the document that holds the settings of a place; empty: none is set there. */
  Optional<ObjectNode> holder(Document document, Place place) {
    Optional<ObjectNode> object =
        switch (this) {
          case CONFIGURATION -> Optional.of(document.root());
          case DISCOVERY_AUTH -> document.fabric();
          default -> document.at(place);
        };
    String section = section();
    return section.isEmpty()
        ? object
        : object.flatMap(
            found ->
                found.get(section) instanceof ObjectNode held
                    ? Optional.of(held)
                    : Optional.empty());
  }

  /** The same to write to; made when it is absent. */
  ObjectNode holderToChange(Document document, Place place) throws ShellException {
    ObjectNode object =
        switch (this) {
          case CONFIGURATION -> document.root();
          case DISCOVERY_AUTH -> document.fabricToChange();
          default -> document.need(place);
        };
    return section().isEmpty() ? object : Json.section(object, section());
  }

  private String section() {
    return switch (this) {
      case DISK_ATTRIBUTE -> ConfigKey.SO_ATTRIBUTES.key();
      case TPG_ATTRIBUTE -> ConfigKey.TPG_ATTRIBUTES.key();
      case TPG_PARAMETER -> ConfigKey.TPG_PARAMETERS.key();
      case ACL_ATTRIBUTE -> ConfigKey.ACL_ATTRIBUTES.key();
      case CONFIGURATION, DISK_OWN, DISCOVERY_AUTH, TPG_AUTH, ACL_AUTH, MAPPED_ATTRIBUTE -> "";
    };
  }

  /** The keys of an object that hold one value. */
  private static List<Setting> below(String parent) {
    List<Setting> settings = new ArrayList<>();
    for (ConfigKey row : ConfigKey.values()) {
      boolean value =
          !(row.type() instanceof ValueType.Objects) && !(row.type() instanceof ValueType.Section);
      if (value && row.parent().equals(parent)) {
        for (String path : row.paths()) {
          String key = path.substring(path.lastIndexOf('.') + 1);
          settings.add(Setting.of(key, key, row));
        }
      }
    }
    return settings;
  }

  private static List<Setting> chap(String parent) {
    return below(parent).stream()
        .filter(setting -> setting.key().startsWith("chap_"))
        .map(
            setting ->
                Setting.of(setting.key().substring("chap_".length()), setting.key(), setting.row()))
        .toList();
  }
}
