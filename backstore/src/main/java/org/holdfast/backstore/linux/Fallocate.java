package org.holdfast.backstore.linux;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * fallocate(2): what happens to the space of a range, without data. Files and, since Linux 4.9,
 * block devices take it; on a block device a hole is written as zeros that the disk may deallocate
 * and a zeroed range as BLKZEROOUT does it.
 */
public enum Fallocate {
  /** Takes space for what has none and extends the file; contents stay. */
  ALLOCATE(0),
  /** The range reads as zeros; whole blocks of the file system are given back. */
  PUNCH_HOLE(0x02 | Fallocate.KEEP_SIZE),
  /** The range reads as zeros and has its space. */
  ZERO_RANGE(0x10 | Fallocate.KEEP_SIZE);

  private static final int KEEP_SIZE = 0x01;
  private static final MethodHandle FALLOCATE =
      CLibrary.function(
          "fallocate",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG));

  private final int mode;

  Fallocate(int mode) {
    this.mode = mode;
  }

  /**
   * Applies it to a range.
   *
   * @param length bytes, at least 1
   * @return false where the file system or disk cannot; part of the range may have been done
   */
  public boolean apply(OsFile file, long offset, long length) throws IOException {
    try {
      CLibrary.call(
          "fallocate",
          state -> (int) FALLOCATE.invokeExact(state, file.descriptor(), mode, offset, length));
      return true;
    } catch (OsException e) {
      if (e.isUnsupported()) {
        return false;
      }
      throw e;
    }
  }
}
