package org.holdfast.iscsi.login;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What this target offers for each key: the table's values with the configuration's over them. */
public final class OurValues {
  /** The table's own values. */
  public static final OurValues DEFAULT = new OurValues(Map.of());

  private final Map<String, String> configured;

  private OurValues(Map<String, String> configured) {
    this.configured = Map.copyOf(configured);
  }

  /**
   * The values of a configuration.
   *
   * @param parameters key name → value, as in the configuration
   * @throws IllegalArgumentException naming key, value and range of the first that is wrong
   */
  public static OurValues of(Map<String, String> parameters) {
    Map<String, String> checked = new HashMap<>();
    for (Map.Entry<String, String> entry : new TreeMap<>(parameters).entrySet()) {
      KeySpec row = KeyTable.setting(entry.getKey());
      if (row == null) {
        throw new IllegalArgumentException(
            "login key " + entry.getKey() + ": no such key; known are the rows of the key table");
      }
      checked.put(entry.getKey(), row.configured(entry.getValue()));
    }
    return new OurValues(checked);
  }

  /** The same but for one key. */
  OurValues with(KeySpec row, String value) {
    Map<String, String> changed = new HashMap<>(configured);
    changed.put(row.name(), value);
    return new OurValues(changed);
  }

  /** Our value for a row; empty when we have none to offer. */
  public String value(KeySpec row) {
    return configured.getOrDefault(row.name(), row.ours());
  }

  /** Our value of a numeric row. */
  public int number(KeySpec row) {
    return Math.toIntExact(ValueType.Numeric.parse(value(row)).orElseThrow());
  }

  /** The keys that the configuration mentions. */
  Set<String> configuredKeys() {
    return configured.keySet();
  }
}
