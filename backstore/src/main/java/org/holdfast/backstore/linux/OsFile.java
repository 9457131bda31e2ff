package org.holdfast.backstore.linux;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A descriptor of our own for the calls that the JDK does not make.
 *
 * <p>Closing any descriptor of a file drops the locks that this process has on it, a FileChannel's
 * among them; so it must be closed last, and what it is used for must have ended.
 *
 * <p>Thread: any, until it is closed.
 */
public final class OsFile implements Closeable {
  /** How a file is opened. */
  public enum Mode {
    READ(0),
    READ_WRITE(2),
    /** On a block device: fails when it is mounted or in use elsewhere (O_EXCL, open(2)). */
    READ_WRITE_EXCLUSIVE(2 | 0x80),
    /** Past the page cache (O_DIRECT); {@link DirectIoLimits} says what I/O has to keep to. */
    READ_DIRECT(direct()),
    READ_WRITE_DIRECT(2 | direct());

    private final int flags;

    Mode(int flags) {
      this.flags = flags;
    }

    /** Not the same on all architectures. */
    private static int direct() {
      return System.getProperty("os.arch").equals("aarch64") ? 0x10000 : 0x4000;
    }
  }

  private static final int O_CLOEXEC = 0x80000;
  private static final MethodHandle OPEN =
      CLibrary.function(
          "open",
          2,
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT));
  private static final MethodHandle CLOSE =
      CLibrary.function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  private static final MethodHandle FTRUNCATE =
      CLibrary.function(
          "ftruncate",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));

  private final int descriptor;
  private final AtomicBoolean closed = new AtomicBoolean();

  private OsFile(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Opens what exists. */
  public static OsFile open(Path path, Mode mode) throws IOException {
    // What the JDK itself turns paths into bytes with.
    byte[] name = path.toString().getBytes(Charset.forName(System.getProperty("sun.jnu.encoding")));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(name.length + 1L);
      MemorySegment.copy(name, 0, text, ValueLayout.JAVA_BYTE, 0, name.length);
      long descriptor =
          CLibrary.call(
              "open", state -> (int) OPEN.invokeExact(state, text, mode.flags | O_CLOEXEC, 0));
      return new OsFile(Math.toIntExact(descriptor));
    }
  }

  /** Gives a regular file this size; what is new reads as zeros and occupies nothing. */
  public void truncate(long size) throws IOException {
    CLibrary.call("ftruncate", state -> (int) FTRUNCATE.invokeExact(state, descriptor, size));
  }

  int descriptor() {
    return descriptor;
  }

  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      CLibrary.call("close", state -> (int) CLOSE.invokeExact(state, descriptor));
    }
  }
}
