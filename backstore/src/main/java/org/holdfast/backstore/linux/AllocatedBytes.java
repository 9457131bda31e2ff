package org.holdfast.backstore.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** statx(2): the space that a file occupies. Its structure is the same on all architectures. */
public final class AllocatedBytes {
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BLOCKS = 0x400;
  private static final int STRUCTURE_BYTES = 256;
  private static final int BLOCKS_AT = 48;
  private static final int BLOCK = 512;
  private static final MethodHandle STATX =
      CLibrary.function(
          "statx",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS));

  private AllocatedBytes() {}

  /** Bytes that {@code file} takes in its file system, holes not counted. */
  public static long of(OsFile file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment noName = arena.allocate(1);
      MemorySegment answer = arena.allocate(STRUCTURE_BYTES, Long.BYTES);
      CLibrary.call(
          "statx",
          state ->
              (int)
                  STATX.invokeExact(
                      state, file.descriptor(), noName, AT_EMPTY_PATH, STATX_BLOCKS, answer));
      return answer.get(ValueLayout.JAVA_LONG, BLOCKS_AT) * BLOCK;
    }
  }
}
