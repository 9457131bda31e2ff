package org.holdfast.backstore.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/** The space that a file occupies, by statx(2). */
public final class AllocatedBytes {
  private static final int STATX_BLOCKS = 0x400;
  private static final int BLOCKS_AT = 48;
  private static final int BLOCK = 512;

  private AllocatedBytes() {}

  /** Bytes that {@code file} takes in its file system, holes not counted. */
  public static long of(OsFile file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return Statx.of(file, STATX_BLOCKS, arena).get(ValueLayout.JAVA_LONG, BLOCKS_AT) * BLOCK;
    }
  }
}
