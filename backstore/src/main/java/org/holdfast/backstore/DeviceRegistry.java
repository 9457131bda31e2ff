package org.holdfast.backstore;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The devices that are open in this process; one instance per daemon. It keeps two LUNs from
 * opening one file.
 *
 * <p>The file lock alone would not do: POSIX locks belong to the process, and closing any
 * descriptor of a file drops all of the process's locks on it. So a second opening must be refused
 * before the file is touched.
 */
public final class DeviceRegistry {
  /** By what a file is for the kernel, so that links and other names do not fool it. */
  private final Map<String, Path> open = new HashMap<>();

  /** Takes {@code identity} for {@code path}, or tells who has it. */
  synchronized @Nullable Path claim(String identity, Path path) {
    return open.putIfAbsent(identity, path);
  }

  synchronized void release(String identity) {
    open.remove(identity);
  }
}
