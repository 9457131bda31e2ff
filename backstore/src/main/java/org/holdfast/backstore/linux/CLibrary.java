package org.holdfast.backstore.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The C library of this process. Thread: any. */
public final class CLibrary {
  /** Calls a function; whatever it throws is a defect of the binding. */
  @FunctionalInterface
  interface Call {
    /**
     * @param state where the function's errno goes
     */
    long run(MemorySegment state) throws Throwable;
  }

  private static final int EINTR = 4;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"),
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

  private CLibrary() {}

  /** True where the constants of this package hold; elsewhere nothing in it may be called. */
  public static boolean isLinux() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux")
        && Set.of("amd64", "aarch64").contains(System.getProperty("os.arch"));
  }

  /** The library's words for an error number, in the language of the process. */
  public static String strerror(int number) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(number);
      // The C library's own string: zero-terminated, length unknown to Java.
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new LinkageError("strerror cannot be called", e);
    }
  }

  /**
   * A function whose errno is kept. The handle's first argument is the state of {@link Call}.
   *
   * @param variadicFrom index of the first argument that stands for {@code ...} in C; the number of
   *     arguments when there is none
   */
  static MethodHandle function(String name, int variadicFrom, FunctionDescriptor type) {
    Optional<MemorySegment> address = LINKER.defaultLookup().find(name);
    if (address.isEmpty()) {
      return missing(name, type);
    }
    Linker.Option errno = Linker.Option.captureCallState("errno");
    return variadicFrom < type.argumentLayouts().size()
        ? LINKER.downcallHandle(
            address.get(), type, errno, Linker.Option.firstVariadicArg(variadicFrom))
        : LINKER.downcallHandle(address.get(), type, errno);
  }

  /** An old C library: the function fails as it does on an old kernel. */
  private static MethodHandle missing(String name, FunctionDescriptor type) {
    MethodType taken = type.toMethodType().insertParameterTypes(0, MemorySegment.class);
    MethodHandle fails =
        MethodHandles.throwException(taken.returnType(), OsException.class)
            .bindTo(new OsException(name, OsException.ENOSYS));
    return MethodHandles.dropArguments(fails, 0, taken.parameterList());
  }

  static MethodHandle function(String name, FunctionDescriptor type) {
    return function(name, type.argumentLayouts().size(), type);
  }

  /**
   * What a function returns, called again while a signal interrupts it.
   *
   * @throws OsException when it returns a negative number
   */
  static long call(String name, Call call) throws OsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = newState(arena);
      while (true) {
        long result = invoke(name, call, state);
        if (result >= 0) {
          return result;
        }
        int errno = errno(state);
        if (errno != EINTR) {
          throw new OsException(name, errno);
        }
      }
    }
  }

  /** Memory for the first argument of a {@link #function}, for callers that keep their own. */
  static MemorySegment newState(Arena arena) {
    return arena.allocate(STATE);
  }

  /** The errno of the call that {@code state} was last passed to, if that failed. */
  static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  private static long invoke(String name, Call call, MemorySegment state) throws OsException {
    try {
      return call.run(state);
    } catch (OsException e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError(name + " cannot be called", e);
    }
  }
}
