package org.holdfast.backstore;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.holdfast.scsi.DeviceFault;

/**
 * The errors of the operating system that mean something special here. Java hands out only their
 * text, in the language of the process, so they are recognised by asking the C library in the same
 * process for the same text.
 *
 * <p>The numbers are those of Linux on x86_64 and aarch64.
 */
enum Errno {
  EPERM(1, DeviceFault.READ_ONLY),
  ENXIO(6, DeviceFault.NOT_READY),
  EACCES(13, DeviceFault.READ_ONLY),
  ENODEV(19, DeviceFault.NOT_READY),
  EFBIG(27, DeviceFault.NO_SPACE),
  ENOSPC(28, DeviceFault.NO_SPACE),
  EROFS(30, DeviceFault.READ_ONLY),
  ESHUTDOWN(108, DeviceFault.NOT_READY),
  EDQUOT(122, DeviceFault.NO_SPACE);

  private final int number;
  private final DeviceFault writeFault;
  private final String text;

  Errno(int number, DeviceFault writeFault) {
    this.number = number;
    this.writeFault = writeFault;
    this.text = strerror(number);
  }

  /** The C library's words for it. */
  String text() {
    return text;
  }

  /** What a write that fails with it is reported as. */
  DeviceFault writeFault() {
    return writeFault;
  }

  /** True when {@code message}, an exception's, carries this error. */
  boolean in(String message) {
    return message.contains(text);
  }

  int number() {
    return number;
  }

  private static String strerror(int number) {
    Linker linker = Linker.nativeLinker();
    MemorySegment function = linker.defaultLookup().findOrThrow("strerror");
    var handle =
        linker.downcallHandle(
            function, FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    try {
      MemorySegment text = (MemorySegment) handle.invokeExact(number);
      // The C library's own string: zero-terminated, length unknown to Java.
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new LinkageError("strerror cannot be called", e);
    }
  }
}
