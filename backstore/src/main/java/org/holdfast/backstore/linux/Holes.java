package org.holdfast.backstore.linux;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * lseek(2) with SEEK_DATA and SEEK_HOLE. A file system without holes says that all is data, and so
 * does a block device. Space that was allocated and never written counts as a hole.
 */
public final class Holes {
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final MethodHandle LSEEK =
      CLibrary.function(
          "lseek",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  private Holes() {}

  /** First byte of data at or behind {@code from}; Long.MAX_VALUE when there is none. */
  public static long nextData(OsFile file, long from) throws IOException {
    return seek(file, from, SEEK_DATA);
  }

  /**
   * First byte of a hole at or behind {@code from}; the end of the file counts as one.
   * Long.MAX_VALUE behind the end.
   */
  public static long nextHole(OsFile file, long from) throws IOException {
    return seek(file, from, SEEK_HOLE);
  }

  private static long seek(OsFile file, long from, int whence) throws IOException {
    try {
      return CLibrary.call(
          "lseek", state -> (long) LSEEK.invokeExact(state, file.descriptor(), from, whence));
    } catch (OsException e) {
      if (e.number() == OsException.ENXIO) {
        return Long.MAX_VALUE;
      }
      throw e;
    }
  }
}
