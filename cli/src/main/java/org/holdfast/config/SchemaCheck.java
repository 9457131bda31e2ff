package org.holdfast.config;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.iscsi.login.KeyTable;
import org.holdfast.iscsi.login.OurValues;
import tools.jackson.databind.JsonNode;

/**
 * Holds every key of the file against its row: known, of the right type, in range, with an effect.
 */
final class SchemaCheck {
  private static final int LONGEST_SHOWN = 80;

  private final Findings findings;

  SchemaCheck(Findings findings) {
    this.findings = findings;
  }

  /**
   * @param cursor the object to check
   * @param pattern its path without indices, as in the table
   */
  void check(ConfigCursor cursor, String pattern) {
    for (Map.Entry<String, JsonNode> entry : cursor.object().properties()) {
      String key = entry.getKey();
      JsonNode value = entry.getValue();
      String where = cursor.path(key);
      Optional<ConfigKey> row = ConfigKey.at(pattern, key);
      if (row.isEmpty()) {
        findings.warning(where, "unknown key, not used; is it misspelt?");
      } else if (!value.isNull()) { // LIO writes null for "not set".
        checkValue(row.get(), where, value);
      }
    }
    requiredKeys(cursor, pattern);
  }

  private void requiredKeys(ConfigCursor cursor, String pattern) {
    Arrays.stream(ConfigKey.values())
        .filter(row -> row.isRequired() && row.parent().equals(pattern))
        .filter(row -> absent(cursor.object().get(row.key())))
        .forEach(
            row ->
                findings.error(
                    cursor.path(row), "missing; " + row.type().expected() + " is required here"));
  }

  private static boolean absent(JsonNode value) {
    return value == null || value.isNull();
  }

  private void checkValue(ConfigKey row, String where, JsonNode value) {
    switch (row.type()) {
      case ValueType.Anything _ -> noEffect(where);
      case ValueType.Section _ -> {
        if (value.isObject()) {
          check(new ConfigCursor(where, value), row.paths().getFirst());
        } else {
          wrong(where, value, row);
        }
      }
      case ValueType.Objects _ -> checkList(row, where, value);
      case ValueType.Scalar scalar ->
          scalar
              .read(value)
              .ifPresentOrElse(
                  text -> checkEffect(row, where, value, text), () -> wrong(where, value, row));
    }
  }

  private void checkList(ConfigKey row, String where, JsonNode value) {
    if (!value.isArray()) {
      wrong(where, value, row);
      return;
    }
    for (int i = 0; i < value.size(); i++) {
      String entry = where + "[" + i + "]";
      if (value.get(i).isObject()) {
        checkEntry(row, new ConfigCursor(entry, value.get(i)));
      } else {
        findings.error(entry, show(value.get(i)) + " is not an object");
      }
    }
  }

  private void checkEntry(ConfigKey row, ConfigCursor entry) {
    Optional<String> fabric =
        row == ConfigKey.TARGETS ? entry.otherFabric() : Optional.<String>empty();
    if (fabric.isPresent()) {
      findings.warning(
          entry.path(),
          "not served: it belongs to the fabric \""
              + fabric.get()
              + "\", and only iscsi is served");
    } else {
      check(entry, row.paths().getFirst() + "[]");
    }
  }

  private void checkEffect(ConfigKey row, String where, JsonNode value, String text) {
    String shown =
        row.type() instanceof ValueType.Scalar s && s.printable() ? show(value) : "this value";
    switch (row.effect()) {
      case Effect.Supported _ -> {
        if (row == ConfigKey.TPG_LOGIN_KEY) {
          checkLoginKey(where, text);
        }
      }
      case Effect.WithoutEffect _ -> noEffect(where);
      case Effect.WarnUnless(List<String> usual, String why) -> {
        if (!usual.contains(text)) {
          findings.warning(where, shown + " has no effect: " + why);
        }
      }
      case Effect.RefuseUnless(List<String> usual, String why) -> {
        if (!usual.contains(text)) {
          findings.error(where, shown + " is not supported: " + why + expected(usual));
        }
      }
    }
  }

  /** The frontend's table knows the login keys, their ranges and which of them may be set. */
  private void checkLoginKey(String where, String text) {
    String key = where.substring(where.lastIndexOf('.') + 1);
    if (KeyTable.setting(key) == null) {
      findings.warning(where, "unknown login key, not used; is it misspelt?");
      return;
    }
    try {
      OurValues.of(Map.of(key, text));
    } catch (IllegalArgumentException e) {
      findings.error(where, String.valueOf(e.getMessage()));
    }
  }

  private static String expected(List<String> usual) {
    String values = String.join(" or ", usual);
    return values.isEmpty() ? "; expected no value" : "; expected " + values;
  }

  private void noEffect(String where) {
    findings.withoutEffect(where.substring(where.lastIndexOf('.') + 1));
  }

  private void wrong(String where, JsonNode value, ConfigKey row) {
    boolean printable = !(row.type() instanceof ValueType.Scalar s) || s.printable();
    findings.error(
        where, (printable ? show(value) : "this value") + " is not " + row.type().expected());
  }

  private static String show(JsonNode value) {
    String text = value.toString();
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
  }
}
