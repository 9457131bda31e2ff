package org.holdfast.shell;

import java.util.EnumSet;
import java.util.Set;

/** What a place of the tree is; it decides which commands there are. */
enum Kind {
  ROOT("/"),
  BACKSTORES("/backstores"),
  FILEIO("/backstores/fileio"),
  BLOCK("/backstores/block"),
  RAMDISK("/backstores/ramdisk"),
  DISK("/backstores/<plugin>/<name>"),
  ISCSI("/iscsi"),
  TARGET("/iscsi/<iqn>"),
  TPG("/iscsi/<iqn>/tpg<n>"),
  ACLS("/iscsi/<iqn>/tpg<n>/acls"),
  ACL("/iscsi/<iqn>/tpg<n>/acls/<iqn>"),
  MAPPED_LUN("/iscsi/<iqn>/tpg<n>/acls/<iqn>/mapped_lun<n>"),
  LUNS("/iscsi/<iqn>/tpg<n>/luns"),
  LUN("/iscsi/<iqn>/tpg<n>/luns/lun<n>"),
  PORTALS("/iscsi/<iqn>/tpg<n>/portals"),
  PORTAL("/iscsi/<iqn>/tpg<n>/portals/<ip>:<port>");

  /** Where a command that belongs to no place can be given. */
  static final Set<Kind> ANY = Set.copyOf(EnumSet.allOf(Kind.class));

  private final String pattern;

  Kind(String pattern) {
    this.pattern = pattern;
  }

  /** Its path with placeholders, for help and documentation. */
  String pattern() {
    return pattern;
  }

  /** What stands before the number in the names of these; empty where names are no numbers. */
  String numberPrefix() {
    return switch (this) {
      case TPG -> "tpg";
      case LUN -> "lun";
      case MAPPED_LUN -> "mapped_lun";
      case ROOT,
          BACKSTORES,
          FILEIO,
          BLOCK,
          RAMDISK,
          DISK,
          ISCSI,
          TARGET,
          ACLS,
          ACL,
          LUNS,
          PORTALS,
          PORTAL ->
          "";
    };
  }
}
