package org.holdfast.backstore.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * What I/O on a file must keep to when it bypasses the page cache, by statx(2) with STATX_DIOALIGN
 * (Linux 6.1).
 *
 * @param memory bytes that addresses are multiples of; 0: the file cannot be opened so
 * @param offset bytes that positions and lengths are multiples of; 0: the file cannot be opened so
 */
public record DirectIoLimits(int memory, int offset) {
  private static final int STATX_DIOALIGN = 0x2000;
  private static final int MEMORY_AT = 0x98;
  private static final int OFFSET_AT = 0x9C;

  /** Empty where the kernel or the file system does not say. */
  public static Optional<DirectIoLimits> of(OsFile file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = Statx.of(file, STATX_DIOALIGN, arena);
      return (answer.get(ValueLayout.JAVA_INT, 0) & STATX_DIOALIGN) == 0
          ? Optional.empty()
          : Optional.of(
              new DirectIoLimits(
                  answer.get(ValueLayout.JAVA_INT, MEMORY_AT),
                  answer.get(ValueLayout.JAVA_INT, OFFSET_AT)));
    } catch (OsException e) {
      if (e.isUnsupported()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** False when the file system says that the file's data cannot bypass the page cache. */
  public boolean possible() {
    return memory > 0 && offset > 0;
  }
}
