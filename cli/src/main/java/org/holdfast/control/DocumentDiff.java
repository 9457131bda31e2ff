package org.holdfast.control;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.Effect;
import org.holdfast.config.Element;
import org.holdfast.config.ValueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is different between two documents, by the rows of {@link ConfigKey}: {@code 1} and {@code
 * true} are the same flag, and a key that is not there is the same as its default.
 */
final class DocumentDiff {
  private static final int LONGEST_SHOWN = 120;

  private final List<Change> changes = new ArrayList<>();

  private DocumentDiff() {}

  static List<Change> between(JsonNode before, JsonNode after) {
    DocumentDiff diff = new DocumentDiff();
    diff.compare(Element.root(before), Element.root(after));
    return List.copyOf(diff.changes);
  }

  /** Two states of one element: what changes in it is one change, its lists have their own. */
  private void compare(Element before, Element after) {
    List<String> details = new ArrayList<>();
    List<Runnable> lists = new ArrayList<>();
    compare(before, after, "", details, lists);
    if (!details.isEmpty()) {
      note(Change.Kind.CHANGE, after, String.join("; ", details));
    }
    lists.forEach(Runnable::run);
  }

  private void compare(
      Element before, Element after, String prefix, List<String> details, List<Runnable> lists) {
    Set<String> keys = new LinkedHashSet<>(after.object().propertyNames());
    keys.addAll(before.object().propertyNames());
    for (String key : keys) {
      Optional<ConfigKey> row = after.row(key);
      if (row.isPresent() && row.get().type() instanceof ValueType.Objects) {
        lists.add(() -> compareLists(before.list(key), after.list(key)));
      } else if (row.isPresent() && row.get().type() instanceof ValueType.Section) {
        compare(before.section(key), after.section(key), prefix + key + ".", details, lists);
      } else if (!after.isNamedBy(key)) {
        compareValues(before, after, key, row, prefix + key).ifPresent(details::add);
      }
    }
  }

  private void compareLists(Map<String, Element> before, Map<String, Element> after) {
    before.forEach(
        (name, element) -> {
          if (!after.containsKey(name)) {
            note(Change.Kind.REMOVE, element, "");
          }
        });
    after.forEach(
        (name, element) -> {
          @Nullable Element known = before.get(name);
          if (known == null) {
            add(element);
          } else {
            compare(known, element);
          }
        });
  }

  /** With what is in it, each a change of its own. */
  private void add(Element element) {
    List<String> details = new ArrayList<>();
    List<Runnable> lists = new ArrayList<>();
    describe(element, "", details, lists);
    note(Change.Kind.ADD, element, String.join(", ", details));
    lists.forEach(Runnable::run);
  }

  private void describe(
      Element element, String prefix, List<String> details, List<Runnable> lists) {
    for (String key : element.object().propertyNames()) {
      Optional<ConfigKey> row = element.row(key);
      if (row.isEmpty()
          || row.get().effect() instanceof Effect.WithoutEffect
          || element.isNamedBy(key)) {
        continue;
      }
      switch (row.get().type()) {
        case ValueType.Objects _ -> lists.add(() -> element.list(key).values().forEach(this::add));
        case ValueType.Section _ ->
            describe(element.section(key), prefix + key + ".", details, lists);
        case ValueType.Secret _ -> {
          if (!element.object().path(key).asString("").isEmpty()) {
            details.add(prefix + key + " set");
          }
        }
        case ValueType.Scalar _ -> {
          String value = canonical(element, key, row);
          if (!value.equals(row.get().fallback())) {
            details.add(prefix + key + " " + shortened(value));
          }
        }
        case ValueType.Anything _ -> {}
      }
    }
  }

  private static Optional<String> compareValues(
      Element before, Element after, String key, Optional<ConfigKey> row, String name) {
    String old = canonical(before, key, row);
    String now = canonical(after, key, row);
    if (Objects.equals(old, now)) {
      return Optional.empty();
    }
    if (row.isEmpty()) {
      return Optional.of(name + " changed (unknown key, without effect)");
    }
    boolean without = row.get().effect() instanceof Effect.WithoutEffect;
    if (row.get().type() instanceof ValueType.Secret) {
      return Optional.of(name + (old.isEmpty() ? " set" : now.isEmpty() ? " removed" : " changed"));
    }
    return Optional.of(
        name
            + " "
            + shortened(old)
            + " -> "
            + shortened(now)
            + (without ? " (without effect)" : ""));
  }

  /** The value as the daemon reads it; of a key that is not there, what holds without it. */
  private static String canonical(Element at, String key, Optional<ConfigKey> row) {
    @Nullable JsonNode value = at.object().get(key);
    if (value == null || value.isNull()) {
      return row.map(ConfigKey::fallback).orElse("");
    }
    return row.map(ConfigKey::type)
        .filter(ValueType.Scalar.class::isInstance)
        .map(ValueType.Scalar.class::cast)
        .flatMap(type -> type.read(value))
        .orElse(value.toString());
  }

  private static String shortened(String value) {
    String shown = value.isEmpty() ? "(empty)" : value;
    return shown.length() <= LONGEST_SHOWN ? shown : shown.substring(0, LONGEST_SHOWN) + "...";
  }

  private void note(Change.Kind kind, Element element, String detail) {
    changes.add(
        new Change(kind, element.label(), element.path(), detail, List.of(), element.scope()));
  }
}
