package org.holdfast.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What becomes of each key of a file that another target has saved, and the file without what has
 * no effect.
 *
 * @param lines one for each key, in the file's order
 * @param errors why it cannot be served as it is; empty: it can
 * @param document what was taken
 */
public record ImportReport(List<Line> lines, List<Finding> errors, ObjectNode document) {
  public ImportReport {
    lines = List.copyOf(lines);
    errors = List.copyOf(errors);
  }

  /** What becomes of a key. */
  public enum Fate {
    TAKEN,
    /** Holdfast decides this itself. */
    WITHOUT_EFFECT,
    /** Holdfast does something else than it asks for. */
    DIFFERENT,
    UNKNOWN,
    /** It belongs to what is not served. */
    LEFT_OUT,
    /** It keeps the file from being served. */
    REFUSED
  }

  /**
   * One key.
   *
   * @param path with indices
   * @param value as written; of a secret nothing
   * @param why in words; empty when it is taken
   */
  public record Line(String path, String value, Fate fate, String why) {}

  /**
   * A key that Holdfast decides itself, wherever it stands.
   *
   * @param key without its path
   * @param value as written; empty when it is not the same everywhere
   * @param places how many
   */
  public record Harmless(String key, String value, int places, String why) {
    private Harmless and(Harmless other) {
      return new Harmless(key, value.equals(other.value) ? value : "", places + other.places, why);
    }
  }

  /** The lines of {@link Fate#WITHOUT_EFFECT}, summed up by key, in the file's order. */
  public List<Harmless> harmless() {
    Map<String, Harmless> byKey = new LinkedHashMap<>();
    for (Line line : lines) {
      if (line.fate() == Fate.WITHOUT_EFFECT) {
        String key = line.path().substring(line.path().lastIndexOf('.') + 1);
        byKey.merge(
            key + ": " + line.why(), new Harmless(key, line.value(), 1, line.why()), Harmless::and);
      }
    }
    return List.copyOf(byKey.values());
  }

  /**
   * Looks at a file.
   *
   * @param source what to call it in messages
   */
  public static ImportReport of(ObjectNode tree, String source) {
    return of(tree, JoinedConfig.whole(tree), source);
  }

  /**
   * As {@link #of(ObjectNode, String)}, of a file whose passwords stand in another one.
   *
   * @param tree what the file itself holds
   * @param joined the same with its passwords
   */
  public static ImportReport of(ObjectNode tree, JoinedConfig joined, String source) {
    Map<String, String> errors = new HashMap<>();
    Map<String, String> warnings = new HashMap<>();
    List<Finding> refused = List.of();
    try {
      joined
          .check(source)
          .warnings()
          .forEach(finding -> warnings.put(finding.path(), finding.message()));
    } catch (ConfigException e) {
      refused = e.errors();
      refused.forEach(finding -> errors.put(finding.path(), finding.message()));
      e.warnings().forEach(finding -> warnings.put(finding.path(), finding.message()));
    }
    Walk walk = new Walk(errors, warnings, new ArrayList<>());
    ObjectNode document = walk.object(new ConfigCursor("", tree), "");
    return new ImportReport(walk.lines(), refused, document);
  }

  private record Walk(Map<String, String> errors, Map<String, String> warnings, List<Line> lines) {
    /** The part of {@code at} that is taken. */
    ObjectNode object(ConfigCursor at, String pattern) {
      ObjectNode taken = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> entry : at.object().properties()) {
        String path = at.path(entry.getKey());
        JsonNode value = entry.getValue();
        Optional<ConfigKey> row = ConfigKey.at(pattern, entry.getKey());
        if (row.isEmpty()) {
          line(path, value, Fate.UNKNOWN, "no key of the configuration");
          continue;
        }
        if (value.isNull()) {
          continue; // LIO's way to say that it is not set.
        }
        switch (row.get().type()) {
          case ValueType.Objects _ when value.isArray() -> {
            ArrayNode list = list(row.get(), path, value);
            if (!list.isEmpty() || value.isEmpty()) {
              taken.set(entry.getKey(), list);
            }
          }
          case ValueType.Section _ when value.isObject() -> {
            ObjectNode section =
                object(new ConfigCursor(path, value), row.get().paths().getFirst());
            if (!section.isEmpty()) {
              taken.set(entry.getKey(), section);
            }
          }
          case ValueType _ -> {
            if (single(row.get(), path, value)) {
              taken.set(entry.getKey(), value);
            }
          }
        }
      }
      return taken;
    }

    private ArrayNode list(ConfigKey row, String path, JsonNode value) {
      ArrayNode taken = JsonNodeFactory.instance.arrayNode();
      for (int i = 0; i < value.size(); i++) {
        ConfigCursor entry = new ConfigCursor(path + "[" + i + "]", value.get(i));
        if (!value.get(i).isObject()) {
          line(entry.path(), value.get(i), Fate.REFUSED, "it is not an object");
        } else if (row == ConfigKey.TARGETS && entry.otherFabric().isPresent()) {
          lines.add(
              new Line(
                  entry.path(),
                  "",
                  Fate.LEFT_OUT,
                  "fabric " + entry.otherFabric().get() + "; only iscsi is served"));
        } else {
          ObjectNode inner = object(entry, row.paths().getFirst() + "[]");
          if (!inner.isEmpty()) {
            taken.add(inner);
          }
        }
      }
      return taken;
    }

    /** Whether the key is worth keeping. */
    private boolean single(ConfigKey row, String path, JsonNode value) {
      String shown =
          row.type() instanceof ValueType.Scalar scalar && !scalar.printable()
              ? "(secret)"
              : value.toString();
      if (errors.containsKey(path)) {
        lines.add(new Line(path, shown, Fate.REFUSED, String.valueOf(errors.get(path))));
        return true;
      }
      if (row.effect() instanceof Effect.WithoutEffect(String why)) {
        lines.add(new Line(path, shown, Fate.WITHOUT_EFFECT, why));
        return false;
      }
      if (warnings.containsKey(path)) {
        lines.add(new Line(path, shown, Fate.DIFFERENT, String.valueOf(warnings.get(path))));
        return false;
      }
      lines.add(new Line(path, shown, Fate.TAKEN, ""));
      return true;
    }

    private void line(String path, JsonNode value, Fate fate, String why) {
      boolean secret = path.toLowerCase(Locale.ROOT).contains("pas");
      lines.add(new Line(path, secret ? "(secret)" : value.toString(), fate, why));
    }
  }
}
