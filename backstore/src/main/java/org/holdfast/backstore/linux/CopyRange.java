package org.holdfast.backstore.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Copies between files inside the kernel: ioctl_ficlonerange(2) and copy_file_range(2). */
public final class CopyRange {
  /** _IOW(0x94, 13, struct file_clone_range): four 64-bit fields. */
  private static final long FICLONERANGE = 0x4020_940DL;

  private static final MethodHandle IOCTL =
      CLibrary.function(
          "ioctl",
          2,
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS));
  private static final MethodHandle COPY_FILE_RANGE =
      CLibrary.function(
          "copy_file_range",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  private CopyRange() {}

  /**
   * Makes both ranges share their blocks, all or nothing.
   *
   * @return false where the file systems cannot, or not at these offsets; nothing has changed
   */
  public static boolean share(
      OsFile source, long sourceOffset, OsFile target, long offset, long length)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment range =
          arena.allocateFrom(
              ValueLayout.JAVA_LONG, source.descriptor(), sourceOffset, length, offset);
      CLibrary.call(
          "ioctl FICLONERANGE",
          state -> (int) IOCTL.invokeExact(state, target.descriptor(), FICLONERANGE, range));
      return true;
    } catch (OsException e) {
      if (cannot(e)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Copies the beginning of a range.
   *
   * @return bytes copied, fewer than {@code length} at the kernel's choice; 0 at the end of the
   *     source; -1 where the two files cannot be copied between, and nothing has changed
   */
  public static long copy(OsFile source, long sourceOffset, OsFile target, long offset, long length)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocateFrom(ValueLayout.JAVA_LONG, sourceOffset);
      MemorySegment to = arena.allocateFrom(ValueLayout.JAVA_LONG, offset);
      return CLibrary.call(
          "copy_file_range",
          state ->
              (long)
                  COPY_FILE_RANGE.invokeExact(
                      state, source.descriptor(), from, target.descriptor(), to, length, 0));
    } catch (OsException e) {
      if (cannot(e)) {
        return -1;
      }
      throw e;
    }
  }

  private static boolean cannot(OsException e) {
    return e.isUnsupported() || e.number() == OsException.EINVAL;
  }
}
