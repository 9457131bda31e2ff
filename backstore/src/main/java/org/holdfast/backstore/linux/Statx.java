package org.holdfast.backstore.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** statx(2) of an open file. Its structure is the same on all architectures. */
final class Statx {
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STRUCTURE_BYTES = 256;
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

  private Statx() {}

  /**
   * Asks.
   *
   * @param mask what is wanted; the answer's first four bytes say what there is
   * @param arena of the answer
   */
  static MemorySegment of(OsFile file, int mask, Arena arena) throws IOException {
    MemorySegment noName = arena.allocate(1);
    MemorySegment answer = arena.allocate(STRUCTURE_BYTES, Long.BYTES);
    CLibrary.call(
        "statx",
        state ->
            (int) STATX.invokeExact(state, file.descriptor(), noName, AT_EMPTY_PATH, mask, answer));
    return answer;
  }
}
