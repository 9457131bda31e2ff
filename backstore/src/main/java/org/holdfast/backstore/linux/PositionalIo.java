package org.holdfast.backstore.linux;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * pread(2) and pwrite(2). The JDK's own on a file that bypasses the page cache insist on blocks of
 * the file system, where the disk's smaller ones would do.
 */
public final class PositionalIo {
  private static final FunctionDescriptor TYPE =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);
  private static final MethodHandle PREAD = CLibrary.function("pread", TYPE);
  private static final MethodHandle PWRITE = CLibrary.function("pwrite", TYPE);

  private PositionalIo() {}

  /**
   * Reads into native memory.
   *
   * @return bytes read, perhaps fewer than fit; 0 at the end of the file
   */
  public static long read(OsFile file, MemorySegment target, long position) throws IOException {
    return CLibrary.call(
        "pread",
        state ->
            (long)
                PREAD.invokeExact(state, file.descriptor(), target, target.byteSize(), position));
  }

  /**
   * Writes native memory.
   *
   * @return bytes written, perhaps fewer than there are
   */
  public static long write(OsFile file, MemorySegment source, long position) throws IOException {
    return CLibrary.call(
        "pwrite",
        state ->
            (long)
                PWRITE.invokeExact(state, file.descriptor(), source, source.byteSize(), position));
  }
}
