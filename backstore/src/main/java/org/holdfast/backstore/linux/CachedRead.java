package org.holdfast.backstore.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * preadv2(2) with RWF_NOWAIT: takes what the page cache has and waits for no disk.
 *
 * <p>It is called for every read, so nothing is allocated per call: each thread keeps the memory
 * that the kernel's structures need. An ordinary call, not {@code Linker.Option.critical}: that one
 * saves nothing that can be measured beside the kernel's copying, and would keep the garbage
 * collector waiting for as long as 256 KiB are copied.
 */
public final class CachedRead {
  private static final int RWF_NOWAIT = 0x08;

  /** struct iovec: address and length, 64 bits each. */
  private static final int VECTOR_BYTES = 16;

  private static final int LENGTH_AT = 8;
  private static final MethodHandle PREADV2 =
      CLibrary.function(
          "preadv2",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  /** What a thread lends the kernel for one call. */
  private record Frame(MemorySegment state, MemorySegment vector) {
    static Frame make() {
      // Collected with the thread.
      Arena arena = Arena.ofAuto();
      return new Frame(CLibrary.newState(arena), arena.allocate(VECTOR_BYTES, Long.BYTES));
    }
  }

  private static final ThreadLocal<Frame> FRAMES = ThreadLocal.withInitial(Frame::make);

  private CachedRead() {}

  /**
   * Copies what the page cache has from {@code position} on to {@code target}, whose position
   * moves. Stops at the first page that is not there.
   *
   * @param target direct memory
   * @return bytes copied; 0 at the end of the file; a negative number is an errno with its sign
   *     turned, EAGAIN when nothing can be had without waiting
   */
  public static int read(OsFile file, ByteBuffer target, long position) {
    Frame frame = FRAMES.get();
    MemorySegment vector = frame.vector();
    vector.set(ValueLayout.JAVA_LONG, 0, MemorySegment.ofBuffer(target).address());
    vector.set(ValueLayout.JAVA_LONG, LENGTH_AT, target.remaining());
    long got;
    try {
      got =
          (long)
              PREADV2.invokeExact(
                  frame.state(), file.descriptor(), vector, 1, position, RWF_NOWAIT);
    } catch (OsException missing) {
      return -missing.number();
    } catch (Throwable e) {
      throw new LinkageError("preadv2 cannot be called", e);
    } finally {
      Reference.reachabilityFence(target);
    }
    if (got < 0) {
      return -CLibrary.errno(frame.state());
    }
    int bytes = Math.toIntExact(got);
    target.position(target.position() + bytes);
    return bytes;
  }

  /** True when {@code result} says that this file can never be read so. */
  public static boolean isUnsupported(int result) {
    return result < 0 && OsException.isUnsupported(-result);
  }
}
