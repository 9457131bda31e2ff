package org.holdfast.control;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.config.ConfigKey;
import org.holdfast.config.Element;
import org.holdfast.config.Finding;
import org.holdfast.config.Plugin;
import org.holdfast.config.ValueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A disk is never cut off, so that who goes back to an older document keeps what has grown. */
final class GrownDisks {
  private GrownDisks() {}

  /**
   * A copy of {@code older} in which no file that is served is smaller than it is now.
   *
   * @param findings told of every size that is another one now
   */
  static ObjectNode kept(ObjectNode older, ObjectNode served, List<Finding> findings) {
    ObjectNode copy = older.deepCopy();
    String list = ConfigKey.STORAGE_OBJECTS.key();
    Map<String, Element> now = Element.root(served).list(list);
    Element.root(copy)
        .list(list)
        .forEach(
            (name, disk) -> {
              @Nullable Element grown = now.get(name);
              if (grown != null && name.startsWith(Plugin.FILEIO.word() + "/")) {
                keep(disk, grown, findings);
              }
            });
    return copy;
  }

  private static void keep(Element disk, Element grown, List<Finding> findings) {
    Optional<Long> then = size(disk.object());
    Optional<Long> size = size(grown.object());
    if (then.isEmpty() || size.isEmpty() || size.get() <= then.get()) {
      return;
    }
    String key = ConfigKey.SO_SIZE.key();
    ((ObjectNode) disk.object()).put(key, size.get());
    findings.add(
        new Finding(
            disk.at(key),
            "%s keeps its %d bytes; the backup has %d, and a disk is never cut off"
                .formatted(disk.label(), size.get(), then.get())));
  }

  /** Nothing where the file decides. */
  private static Optional<Long> size(JsonNode disk) {
    @Nullable JsonNode size = disk.get(ConfigKey.SO_SIZE.key());
    return size == null || !(ConfigKey.SO_SIZE.type() instanceof ValueType.Scalar scalar)
        ? Optional.empty()
        : scalar.read(size).map(Long::parseLong).filter(bytes -> bytes > 0);
  }
}
